"""What the pages remember in a browser that keeps nothing for us: only as long as the page is open."""

# Before any other script of the page: NiceGUI's own, and those of a call, stop where the browser refuses them its storage.
SCRIPT = """<script>
for (const name of ['localStorage', 'sessionStorage']) {
  class PageStorage {
    getItem(key) { return Object.hasOwn(this, key) ? this[key] : null; }
    setItem(key, value) { this[key] = String(value); }
    removeItem(key) { delete this[key]; }
  }
  try {
    window[name].setItem('trial', '');
    window[name].removeItem('trial');
  } catch {
    Object.defineProperty(window, name, { value: new PageStorage() });
  }
}
</script>"""
