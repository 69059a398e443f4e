// The camera, microphone and speaker of this browser: what there is, what was chosen of it, and the tracks it gives. There is one for the
// page, so that what was tried before a call is what the call then uses.
//
// Whoever shows some of it listens to `changed` (detail: the kind it is about, or 'list') and to `settled`: the browser has given what was
// asked for or refused it, or a device has come or gone; report() then tells how things stand.
import { listed, permission, watch, wish, worth_asking } from 'device_access';

const MEMORY = 'devices'; // where this browser remembers what was chosen

class Devices extends EventTarget {
  tracks = { microphone: null, camera: null };
  on = { microphone: true, camera: true }; // what the person lets the other one hear and see
  listed = { microphone: [], camera: [], speaker: [] };
  chosen = JSON.parse(localStorage.getItem(MEMORY) ?? '{}');
  reasons = {}; // why one that is wanted is not there: the browser's error
  use = null; // what tells one time of use, from the first open to close, from the next
  asked = Promise.resolve(); // one question after the other
  awaited = []; // the kinds about which the browser has not answered yet

  // Ask the browser for those of these devices that it has not given yet. What it does not give is left out, and `reasons` says why.
  open(kinds = this.wanted()) {
    this.use ??= {};
    this.watching ??= watch(Object.keys(this.tracks), () => this.mend());
    return (this.asked = this.asked.then(() => this.ask(kinds.filter((kind) => !this.has(kind)))));
  }

  has(kind) {
    return this.tracks[kind] !== null;
  }

  wanted() {
    return Object.keys(this.tracks).filter((kind) => this.on[kind]);
  }

  // The speaker that was chosen, while it is there; none: the system's own.
  speaker() {
    return this.listed.speaker.find(({ id }) => id === this.chosen.speaker)?.id ?? '';
  }

  // What is wanted and not there.
  missing() {
    return this.wanted().filter((kind) => !this.has(kind));
  }

  // How things stand, for those who put it into words: each there, not there, or (null) not wanted, and why the first is not there.
  report() {
    const state = (kind) => this.has(kind) || (this.on[kind] ? false : null);
    const reason = this.missing().map((kind) => this.reasons[kind]).find(Boolean) ?? '';
    return { microphone: state('microphone'), camera: state('camera'), reason, touches: navigator.maxTouchPoints };
  }

  // Use this one from now on, and remember it here.
  choose(kind, id) {
    this.chosen[kind] = id;
    localStorage.setItem(MEMORY, JSON.stringify(this.chosen));
    const is_in_use = kind in this.tracks && this.use && (this.has(kind) || this.on[kind]);
    if (is_in_use) this.asked = this.asked.then(() => this.change(kind, id));
    else this.tell(kind);
  }

  // Let the other one hear or see it, or not. While they are in use, one that was not asked for yet is asked for now.
  turn(kind, on) {
    this.on[kind] = on;
    if (this.tracks[kind]) this.tracks[kind].enabled = on;
    this.tell(kind);
    if (on && this.use && !this.has(kind)) this.open([kind]);
  }

  // Let go of those that are not wanted.
  release() {
    for (const kind of Object.keys(this.tracks)) if (!this.on[kind] && this.has(kind)) this.put(kind, null);
  }

  // Let go of all of them.
  close() {
    this.use = null;
    this.reasons = {};
    for (const kind of Object.keys(this.tracks)) this.put(kind, null);
  }

  async ask(kinds) {
    this.awaited = kinds;
    await this.list();
    if (kinds.length && this.use) {
      const refusal = await this.take(kinds);
      if (refusal && kinds.length > 1) for (const kind of await worth_asking(kinds, refusal)) await this.take([kind]);
    }
    this.awaited = [];
    await this.list();
    this.dispatchEvent(new Event('settled'));
  }

  // Take what was chosen in the place of what there is, unless another one was chosen meanwhile.
  async change(kind, id) {
    if (id !== this.chosen[kind]) return;
    if (this.has(kind) && (await this.take([kind]))) this.put(kind, null); // a phone gives one camera at a time
    await this.ask(this.has(kind) ? [] : [kind]);
  }

  // Gives the browser's error, or nothing.
  async take(kinds) {
    const use = this.use;
    try {
      const stream = await navigator.mediaDevices.getUserMedia(wish(kinds, this.chosen, this.listed));
      for (const track of stream.getTracks()) {
        if (use && use === this.use) this.put(track.kind === 'video' ? 'camera' : 'microphone', track);
        else track.stop(); // they were let go while the browser was asking
      }
    } catch (error) {
      for (const kind of kinds) this.reasons[kind] = String(error);
      return error;
    }
  }

  put(kind, track) {
    this.tracks[kind]?.stop();
    this.tracks[kind] = track;
    if (track) {
      delete this.reasons[kind];
      track.enabled = this.on[kind];
      track.onended = () => this.mend();
    }
    this.tell(kind);
  }

  // Let go of what is no more, and use what there is in its place: devices came or went, or other ones are allowed.
  async mend() {
    await this.list();
    if (!this.use) return;
    for (const kind of Object.keys(this.tracks)) if (this.is_gone(kind)) this.drop(kind);
    const hopeful = [];
    for (const kind of this.missing()) {
      if ((await permission(kind)) === 'denied') this.reasons[kind] = 'NotAllowedError';
      else if (this.listed[kind].length) hopeful.push(kind);
    }
    await this.open(hopeful);
  }

  is_gone(kind) {
    const track = this.tracks[kind];
    const is_listed = this.listed[kind].some(({ id }) => id === track?.getSettings().deviceId);
    return track && (track.readyState === 'ended' || (this.listed[kind].length && !is_listed));
  }

  drop(kind) {
    this.put(kind, null);
    this.reasons[kind] = 'NotFoundError';
  }

  async list() {
    this.listed = await listed();
    this.tell('list');
  }

  tell(kind) {
    this.dispatchEvent(new CustomEvent('changed', { detail: kind }));
  }
}

export const devices = new Devices();
