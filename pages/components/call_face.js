// The face of a call, the same for every engine: two pictures, a bar of buttons, the heartbeat.
//
// An engine extends it with what carries the pictures. It must have connect(credentials), which ends in `ready` or fail(name), and
// disconnect(). It may have carry(media, track): send this track, or nothing, as our 'audio' or 'video' from now on · toggled(kind, on): the
// person switched off their 'microphone' or 'camera', whose track is silent already · spare(on): send no picture, to leave the line to the
// sound · statistics(): an RTCStatsReport of the connection, or nothing · renew(): the network is another now · and, where the two browsers
// have to find each other, meet(), part() and heard(message). It reports by report(state) and show(stream), and talks to the other side's
// engine by send(message). Python decides: all this reports what happens, and does what it is told.
import { devices } from 'call_devices';

const MEDIA = { microphone: 'audio', camera: 'video' };
const BUTTONS = [
  { name: 'microphone', label: 'Mute', icons: ['mic_off', 'mic'] },
  { name: 'camera', label: 'Camera off', icons: ['videocam_off', 'videocam'] },
];

export const callFace = {
  template: `
    <div v-show="joined" class="call-stage">
      <header class="call-top">
        <h2 class="call-name">{{ person }}</h2>
        <p class="call-status" :class="tone" role="status">{{ status }}</p>
        <span class="call-clock" role="timer" aria-label="Length of the call">{{ clock }}</span>
      </header>
      <p class="call-notice" role="status">{{ notice }}</p>
      <div class="call-pictures">
        <div class="call-other" :class="{ unseen: note }">
          <div ref="frame" class="call-frame"><video ref="other" autoplay playsinline></video></div>
          <p v-if="note" class="call-note" aria-hidden="true">{{ note }}</p>
          <button v-if="held" type="button" class="button primary" @click="play">Start picture and sound</button>
        </div>
        <div class="call-self" :class="{ unseen: !on.camera }">
          <video ref="self" autoplay playsinline :muted="true" aria-label="Your own picture"></video>
          <span class="call-you">You</span>
        </div>
      </div>
      <div class="call-bar" role="group" aria-label="Your call">
        <button v-for="{ name, label, icons } in buttons" type="button" class="call-button" :disabled="!has[name]"
                :aria-pressed="String(!on[name])" @click="toggle(name)">
          <span class="icon" aria-hidden="true">{{ icons[Number(on[name])] }}</span><span class="call-label">{{ label }}</span>
        </button>
        <button type="button" class="call-button hang-up" @click="hang_up">
          <span class="icon" aria-hidden="true">call_end</span><span class="call-label">Hang up</span>
        </button>
      </div>
    </div>`,
  props: {
    person: String, // the other one's name
    status: String, // how it goes, in words
    tone: String, // the same as a colour: good, bad or nothing
    notice: String, // what is missing on this side
    note: String, // the words in the place of the other one's picture
    seat: String,
    memory: String, // where this tab remembers that it is in the call
    beatSeconds: Number,
  },
  data: () => ({ joined: false, buttons: BUTTONS, has: {}, on: { microphone: true, camera: true }, held: false, since: 0, now: 0 }),
  computed: {
    clock() {
      const seconds = Math.max(0, Math.floor((this.now - this.since) / 1000));
      return this.since ? [Math.floor(seconds / 60), seconds % 60].map((part) => String(part).padStart(2, '0')).join(':') : '';
    },
  },
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
      this.send({ devices: this.on });
    },
    look() {
      for (const { name } of BUTTONS) {
        this.has[name] = devices.has(name);
        this.on[name] = devices.has(name) && devices.on[name];
      }
      const off = BUTTONS.map(({ name }) => name).filter((name) => devices.has(name) && !devices.on[name]);
      sessionStorage.setItem(`${this.memory} off`, JSON.stringify(off));
      const { camera } = devices.tracks;
      if (this.$refs.self.srcObject?.getTracks()[0] !== camera) this.$refs.self.srcObject = camera && new MediaStream([camera]);
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
      this.send({ devices: this.on });
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
