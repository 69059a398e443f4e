#!/bin/sh
# What the tests need beside Python: Chromium, a MariaDB server, a TURN server and npm. Installs what is missing, or says so.
set -eu
PATH="$PATH:/usr/sbin"  # not on every user's path on Debian, and mariadbd is there
missing=''
[ -x /usr/bin/chromium ] || missing="$missing chromium fonts-dejavu-core"
command -v mariadbd >/dev/null || missing="$missing mariadb-server-core mariadb-client-core"
ls /usr/lib/*/libatomic.so.1 >/dev/null 2>&1 || missing="$missing libatomic1"  # Playwright's own Node.js needs it
command -v turnserver >/dev/null || missing="$missing coturn"
command -v npm >/dev/null || missing="$missing npm"
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null; then
    echo "Please install these (they are called so on Debian), or their tests are skipped:$missing"
    exit 0
fi
sudo=''
[ "$(id -u)" = 0 ] || sudo='sudo'
echo "Installing with apt-get:$missing"
export DEBIAN_FRONTEND=noninteractive
$sudo apt-get update -qq
$sudo apt-get install -qq --no-install-recommends $missing >/dev/null
