// The camera, microphone and speaker of this browser: what there is, what was chosen of it, and the tracks it gives. There is one for the
// page, so that what was tried before a call is what the call then uses. Whoever shows some of it listens to `changed`.

const WISHES = {
  microphone: { echoCancellation: true, noiseSuppression: true, autoGainControl: true },
  camera: { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { max: 30 } },
};
const KINDS = { microphone: 'audioinput', camera: 'videoinput', speaker: 'audiooutput' };
const MEMORY = 'devices'; // where this browser remembers what was chosen

class Devices extends EventTarget {
  tracks = { microphone: null, camera: null };
  on = { microphone: true, camera: true }; // what the person lets the other one hear and see
  listed = { microphone: [], camera: [], speaker: [] };
  chosen = JSON.parse(localStorage.getItem(MEMORY) ?? '{}');

  // Ask the browser for these devices; what it does not give is left out. Gives the name of the first error, or nothing.
  async open(kinds = ['microphone', 'camera']) {
    let reason = '';
    for (const some of kinds.length > 1 ? [kinds, ...kinds.map((kind) => [kind])] : [kinds]) {
      try {
        await this.take(some);
        break;
      } catch (error) {
        reason ||= error.name;
        if (some.length === 1 && kinds.length > 1) continue;
      }
    }
    await this.list();
    return reason;
  }

  has(kind) {
    return this.tracks[kind] !== null;
  }

  // Use this one from now on, and remember it here.
  async choose(kind, id) {
    this.chosen[kind] = id;
    localStorage.setItem(MEMORY, JSON.stringify(this.chosen));
    if (kind in this.tracks) await this.take([kind]);
    else this.tell(kind);
  }

  // Let the other one hear or see it, or not.
  turn(kind, on) {
    this.on[kind] = on;
    if (this.tracks[kind]) this.tracks[kind].enabled = on;
    this.tell(kind);
  }

  // Let go of all of them.
  close() {
    for (const kind of Object.keys(this.tracks)) this.put(kind, null);
  }

  async take(kinds) {
    const stream = await navigator.mediaDevices.getUserMedia(this.wish(kinds));
    for (const kind of kinds) {
      const [track = null] = kind === 'camera' ? stream.getVideoTracks() : stream.getAudioTracks();
      this.put(kind, track);
    }
  }

  wish(kinds) {
    const wish = (kind) => ({ ...WISHES[kind], ...(this.chosen[kind] && { deviceId: { ideal: this.chosen[kind] } }) });
    return Object.fromEntries(kinds.map((kind) => [kind === 'camera' ? 'video' : 'audio', wish(kind)]));
  }

  put(kind, track) {
    this.tracks[kind]?.stop();
    this.tracks[kind] = track;
    if (track) track.enabled = this.on[kind];
    this.tell(kind);
  }

  async list() {
    const found = await navigator.mediaDevices.enumerateDevices();
    for (const [kind, name] of Object.entries(KINDS)) {
      this.listed[kind] = found.filter((one) => one.kind === name && one.deviceId).map(({ deviceId, label }) => ({ id: deviceId, label }));
    }
    this.tell('list');
  }

  tell(kind) {
    this.dispatchEvent(new CustomEvent('changed', { detail: kind }));
  }
}

export const devices = new Devices();
