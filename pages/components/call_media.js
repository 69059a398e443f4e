// What this side gives: its microphone and camera, each on or off, or its screen; and that the other side knows.
import { devices } from 'call_devices';

const MEDIA = { microphone: 'audio', camera: 'video' };

export const callMedia = {
  data: () => ({ has: {}, on: { microphone: true, camera: true }, is_sparing: false }),
  computed: {
    // What the other one can hear and see of us.
    given() {
      return { ...this.on, screen: this.is_sharing };
    },
    given_in_call() {
      return this.joined && this.given;
    },
  },
  watch: {
    given_in_call(given) {
      if (given) this.$emit('gives', given);
    },
  },
  methods: {
    toggle(kind) {
      this.turn(kind, !devices.on[kind]);
    },
    // From outside, it is so when the call is joined.
    turn(kind, on) {
      if (this.joined && !this.has[kind]) return; // there is none, or the browser is still being asked
      devices.turn(kind, on);
      if (this.joined && (kind !== 'camera' || !this.is_sharing)) this.toggled(kind, on);
    },
    // Who was muted or unseen stays so, through a reload or a hang-up, until they change it.
    recall() {
      const off = JSON.parse(sessionStorage.getItem(`${this.memory} off`) ?? '[]');
      for (const kind of Object.keys(MEDIA)) devices.turn(kind, !off.includes(kind));
    },
    // The browser has given a device, or has not.
    devices_settled() {
      if (this.joined) this.$emit('devices', devices.report());
    },
    // Ask once more for what is missing.
    retry() {
      devices.open();
    },
    // What is missing is not wanted any more, as if it had been switched off.
    go_on_without() {
      for (const kind of devices.missing()) devices.turn(kind, false);
      this.devices_settled();
    },
    // A device was switched, lost or found.
    device_changed({ detail: kind }) {
      if (!this.joined) return;
      this.look();
      if (['speaker', 'list'].includes(kind)) this.name_and_tune();
      if (kind in MEDIA) this.carry(MEDIA[kind], this.outgoing()[MEDIA[kind]]);
      this.tell();
    },
    look() {
      for (const name of Object.keys(MEDIA)) {
        this.has[name] = devices.has(name) || !devices.on[name]; // one that is off is asked for when it is switched on
        this.on[name] = devices.has(name) && devices.on[name];
      }
      const off = Object.keys(MEDIA).filter((name) => !devices.on[name]);
      sessionStorage.setItem(`${this.memory} off`, JSON.stringify(off));
      this.$refs.self.show(devices.tracks.camera);
    },
    // Let the other side know what it sees and hears of us.
    tell() {
      this.send({ devices: { ...this.given, paused: this.is_sparing } });
    },
    // The line is too poor for a picture, or good enough again.
    give_way(is_sparing) {
      this.is_sparing = is_sparing;
      this.spare(is_sparing);
      this.tell();
    },
    // What is sent to the other one, by its medium.
    outgoing() {
      return { audio: devices.tracks.microphone, video: this.screen ?? devices.tracks.camera };
    },
  },
  mounted() {
    devices.addEventListener('changed', this.device_changed);
    devices.addEventListener('settled', this.devices_settled);
    this.recall();
  },
  beforeUnmount() {
    devices.removeEventListener('changed', this.device_changed);
    devices.removeEventListener('settled', this.devices_settled);
  },
};
