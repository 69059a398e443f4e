// OpenTok.js, loaded once a page from where the settings say; after a failure the next call tries again.
const PATIENCE_MS = 10_000;
let loading = null;

export function load(address, api, log) {
  // Read by the script when it starts. Whatever it logs carries the page's address, and with it the customer's key: that stays with us.
  window.OTProperties = { loggingURL: log, ...(api && { apiURL: api }) };
  loading ??= new Promise((resolve, reject) => {
    const script = Object.assign(document.createElement('script'), { src: address });
    const give_up = () => {
      script.remove();
      loading = null;
      reject(new Error('OpenTok.js was not loaded'));
    };
    const timer = setTimeout(give_up, PATIENCE_MS);
    script.onerror = give_up;
    script.onload = () => {
      clearTimeout(timer);
      if (window.OT) resolve();
      else give_up();
    };
    document.head.append(script);
  });
  return loading;
}
