// What this browser has in devices, and what it lets a page use of them.

const KINDS = { microphone: 'audioinput', camera: 'videoinput', speaker: 'audiooutput' };

// What stands in the way of every call: 'insecure', 'old', or nothing.
export function obstacle() {
  if (!window.isSecureContext) return 'insecure';
  return navigator.mediaDevices?.getUserMedia && window.RTCPeerConnection ? '' : 'old';
}

// The devices there are, by kind; before the browser has been allowed to use one it keeps them to itself.
export async function listed() {
  const found = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
  const of = (name) => found.filter((one) => one.kind === name && one.deviceId).map(({ deviceId, label }) => ({ id: deviceId, label }));
  return Object.fromEntries(Object.entries(KINDS).map(([kind, name]) => [kind, of(name)]));
}

// Whether the browser gives this without asking: 'granted', 'prompt', 'denied', or nothing where it does not tell.
export async function permission(kind) {
  return (await status(kind))?.state ?? '';
}

// Which of these to ask for one by one when it refused them together: who has just said no must not be asked twice more.
export async function worth_asking(kinds, refusal) {
  if (refusal.name !== 'NotAllowedError') return kinds;
  const states = await Promise.all(kinds.map(permission));
  return kinds.filter((_, i) => states[i] === 'granted' || (states[i] === 'prompt' && states.includes('denied')));
}

// Call `notice` when a device comes or goes, or when what is allowed changes.
export async function watch(kinds, notice) {
  navigator.mediaDevices?.addEventListener('devicechange', notice);
  for (const kind of kinds) (await status(kind))?.addEventListener('change', notice);
}

function status(kind) {
  return Promise.resolve(navigator.permissions?.query({ name: kind })).catch(() => null);
}
