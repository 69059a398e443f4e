// Keeps watch over a running call in the browser: measures its line, notices that the network is another or that the computer slept, says when
// the page goes, and keeps the page while its server is away.
import { LineMeter } from 'call_statistics';

const MEASURE_MS = 3000;
const LOOK_MS = 2000;
const SLEPT_MS = 10_000; // a look that is so late was slept through
const SERVER_LOOK_MS = 1500; // the longest between two tries to find the server again

// Gives the function that ends the watch.
export function watch_over(call) {
  const end = new AbortController();
  const listen = (target, name, handler) => target?.addEventListener(name, handler, { signal: end.signal });
  const timers = [setInterval(measuring(call), MEASURE_MS), setInterval(on_waking(() => call.renew()), LOOK_MS)];
  listen(window, 'online', () => call.renew());
  listen(navigator.connection, 'change', on_other_network(() => call.renew()));
  listen(window, 'pagehide', () => call.leave_page());
  listen(window, 'pageshow', ({ persisted }) => persisted && call.return_to_page());
  await_server();
  return () => {
    end.abort();
    timers.forEach(clearInterval);
  };
}

function measuring(call) {
  const meter = new LineMeter();
  return async () => {
    const report = await call.statistics();
    if (report) call.$emit('statistics', meter.read(report));
  };
}

function on_waking(wake) {
  let looked_at = Date.now();
  return () => {
    if (Date.now() - looked_at > SLEPT_MS) wake();
    looked_at = Date.now();
  };
}

// The browser also tells of another speed of the same network, which is nothing.
function on_other_network(renew) {
  let type = navigator.connection?.type;
  return () => {
    if (navigator.connection.type === type) return;
    type = navigator.connection.type;
    if (type !== 'none') renew();
  };
}

// NiceGUI looks for its server ever more rarely, and reloads the page when a try takes too long, which would end a call that flows without it.
function await_server() {
  const { socket } = window;
  socket.io.reconnectionDelayMax(SERVER_LOOK_MS);
  if (socket.is_patient) return;
  socket.is_patient = true;
  const listeners = socket.listeners('connect_error');
  socket.off('connect_error');
  socket.on('connect_error', (error) => error.message === 'timeout' || listeners.forEach((listener) => listener(error)));
}
