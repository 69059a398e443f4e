// The face of a call, the same for every engine: two pictures, a bar of buttons, the heartbeat.
//
// An engine extends it with what carries the pictures. It must have connect(credentials), which ends in `ready` or fail(name), and
// disconnect(). It may have carry(media, track): send this track, or nothing, as our 'audio' or 'video' from now on · toggled(kind, on): the
// person switched off their 'microphone' or 'camera', whose track is silent already · spare(on): send no picture, to leave the line to the
// sound · statistics(): an RTCStatsReport of the connection, or nothing · renew(): the network is another now · and, where the two browsers
// have to find each other, meet(), part() and heard(message). It reports by report(state) and show(stream), and talks to the other side's
// engine by send(message). Python decides: all this reports what happens, and does what it is told.
import { devices } from 'call_devices';
import { callView } from 'call_view';

const MEDIA = { microphone: 'audio', camera: 'video' };

export const callFace = {
  mixins: [callView],
  props: {
    seat: String,
    memory: String, // where this tab remembers that it is in the call
    beatSeconds: Number,
  },
  data: () => ({ joined: false, has: {}, on: { microphone: true, camera: true }, held: false, since: 0, now: 0 }),
  methods: {
    // Ask for the devices, then ask Python to be let in. It runs in the click on the button that says so, or after a reload.
    async join(is_return = false) {
      if (this.wish) return;
      if (!navigator.mediaDevices) return this.fail('insecure');
      const wish = (this.wish = { is_return });
      if (!is_return) this.$emit('asking'); // before the page is connected, events may overtake each other
      this.recall();
      const reason = await devices.open();
      if (wish !== this.wish) return devices.close(); // the call was left while the browser was asking
      this.$emit('join', { microphone: devices.has('microphone'), camera: devices.has('camera'), reason });
    },
    start(credentials) {
      sessionStorage.setItem(this.memory, 'in');
      this.joined = true;
      this.look();
      this.timers = [
        setInterval(() => this.$emit('beat'), this.beatSeconds * 1000),
        setInterval(() => (this.now = Date.now()), 1000),
      ];
      if (!this.wish.is_return) this.$nextTick(() => this.$el.querySelector('.call-button:enabled').focus());
      this.connect(credentials);
    },
    stop() {
      sessionStorage.removeItem(this.memory);
      this.timers?.forEach(clearInterval);
      this.disconnect();
      if (this.wish) devices.close();
      this.wish = this.meeting = null;
      this.joined = this.held = false;
      this.since = 0;
    },
    hang_up() {
      this.stop();
      this.$emit('hang_up');
    },
    fail(name) {
      this.stop();
      this.$emit('problem', { name });
    },
    toggle(kind) {
      devices.turn(kind, !devices.on[kind]);
      this.toggled(kind, devices.on[kind]);
    },
    // Who was muted or unseen stays so, through a reload or a hang-up, until they change it.
    recall() {
      for (const kind of JSON.parse(sessionStorage.getItem(`${this.memory} off`) ?? '[]')) devices.turn(kind, false);
    },
    // A device was switched, lost or found.
    device_changed({ detail: kind }) {
      if (!this.joined) return;
      this.look();
      if (kind in MEDIA) this.carry(MEDIA[kind], devices.tracks[kind]);
      this.tell();
    },
    look() {
      for (const name of Object.keys(MEDIA)) {
        this.has[name] = devices.has(name);
        this.on[name] = devices.has(name) && devices.on[name];
      }
      const off = Object.keys(MEDIA).filter((name) => devices.has(name) && !devices.on[name]);
      sessionStorage.setItem(`${this.memory} off`, JSON.stringify(off));
      const { camera } = devices.tracks;
      if (this.$refs.self.srcObject?.getTracks()[0] !== camera) this.$refs.self.srcObject = camera && new MediaStream([camera]);
    },
    // Let the other side know what it sees and hears of us.
    tell() {
      this.send({ devices: { ...this.on, paused: Boolean(this.is_sparing) } });
    },
    // The line is too poor for a picture, or good enough again.
    give_way(is_sparing) {
      this.is_sparing = is_sparing;
      this.spare(is_sparing);
      this.tell();
    },
    // What is sent to the other one, by its medium.
    outgoing() {
      return { audio: devices.tracks.microphone, video: devices.tracks.camera };
    },
    // How the line to the other one is: a state of RTCPeerConnection.
    report(state) {
      if (state === 'connected') this.since ||= this.now = Date.now();
      this.$emit('line', { state });
    },
    show(stream) {
      this.$refs.other.srcObject = stream;
      if (stream) this.play();
    },
    async play() {
      try {
        await this.$refs.other.play();
        this.held = false;
      } catch (error) {
        this.held = error.name === 'NotAllowedError'; // the browser wants a click before it makes a sound
      }
    },
    peer_joined(meeting) {
      this.meeting = meeting;
      this.meet();
      this.tell();
    },
    peer_left() {
      this.meeting = null;
      this.part();
    },
    signalled(message) {
      if (message.meeting === this.meeting) this.heard(message);
    },
    send(message) {
      if (this.meeting) this.$emit('signal', { ...message, meeting: this.meeting });
    },
    // what an engine may leave out
    meet() {},
    part() {},
    heard() {},
    toggled() {},
    carry() {},
    spare() {},
    renew() {},
    async statistics() {},
  },
  mounted() {
    devices.addEventListener('changed', this.device_changed);
    const [{ type }] = performance.getEntriesByType('navigation');
    if (type === 'reload' && sessionStorage.getItem(this.memory)) this.join(true);
  },
  beforeUnmount() {
    devices.removeEventListener('changed', this.device_changed);
    this.stop();
  },
};
