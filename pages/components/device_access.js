// What this browser has in devices, and what it lets a page use of them.

const WISHES = {
  microphone: { echoCancellation: true, noiseSuppression: true, autoGainControl: true },
  camera: { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { max: 30 } },
};
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

// What to ask a browser for, for these kinds, each the one that was chosen. A browser takes an `ideal` one for a hint only, and refuses when
// an `exact` one is not there.
export function wish(kinds, chosen, listed) {
  const is_there = (kind) => listed[kind].some(({ id }) => id === chosen[kind]);
  const device = (kind) => chosen[kind] && { deviceId: { [is_there(kind) ? 'exact' : 'ideal']: chosen[kind] } };
  return Object.fromEntries(kinds.map((kind) => [kind === 'camera' ? 'video' : 'audio', { ...WISHES[kind], ...device(kind) }]));
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
