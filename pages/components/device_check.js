// A try of camera, microphone and speaker before a call: oneself in a mirror, a level, a tune, and what to use.
import { DeviceMenus } from 'call_device_menus';
import { devices } from 'call_devices';
import { handOn } from 'call_focus';
import { measure, play_tune } from 'call_sound';
import { obstacle, permission } from 'device_access';

const BUTTONS = [
  { kind: 'microphone', label: 'Microphone', icons: ['mic_off', 'mic'] },
  { kind: 'camera', label: 'Camera', icons: ['videocam_off', 'videocam'] },
];

export default {
  components: { DeviceMenus },
  directives: { handOn },
  template: `
    <div>
      <template v-if="active">
        <div class="check-picture" :class="{ empty: used && !seen && !awaited.camera }">
          <video ref="picture" v-show="seen" autoplay playsinline :muted="true" aria-label="Your own picture"></video>
          <button v-if="!used" v-hand-on="'.check-buttons button'" type="button" class="button primary" @click="start">
            Turn on camera and microphone
          </button>
          <p v-else-if="!seen">{{ awaited.camera ? 'One moment, please.' : on.camera ? 'No picture' : 'Your camera is off' }}</p>
        </div>
        <div class="check-advice">
          <p role="status">{{ advice }}</p>
          <button v-if="advice && used" v-hand-on="'.check-buttons button'" type="button" class="button" @click="start">Try again</button>
        </div>
        <div v-if="used" class="check-buttons">
          <button v-for="{ kind, label, icons } in buttons" type="button" class="button" :class="{ missing: !there[kind] }"
                  :aria-pressed="String(on[kind])" @click="turn(kind)">
            <span class="icon" aria-hidden="true">{{ icons[Number(on[kind] && there[kind])] }}</span>{{ label }}
          </button>
          <label v-if="heard || awaited.microphone" class="check-level">
            <span>Speak: the bar should move</span><meter aria-label="How loud your microphone is" min="0" max="1" :value="level"></meter>
          </label>
        </div>
        <div v-if="used" class="check-menus"><device-menus></device-menus></div>
        <button type="button" class="button check-tune" :aria-disabled="String(playing)" @click="play">
          <span class="icon" aria-hidden="true">volume_up</span>{{ playing ? 'Playing …' : 'Play a test sound' }}
        </button>
      </template>
    </div>`,
  props: {
    active: Boolean,
    eager: Boolean, // whether it starts by itself where the browser has allowed it before
    advice: String, // what is missing, and what to do about it
  },
  data: () => ({ buttons: BUTTONS, on: {}, there: {}, used: false, awaited: {}, seen: false, heard: false, level: 0, playing: false }),
  methods: {
    // It runs in a click: the browser asks.
    async start() {
      if (obstacle()) return this.$emit('obstacle', { name: obstacle(), touches: navigator.maxTouchPoints });
      await devices.open();
    },
    async start_if_allowed() {
      if (obstacle()) return;
      const states = await Promise.all(devices.wanted().map(permission));
      if (this.active && states.length && states.every((state) => state === 'granted')) this.start();
    },
    turn(kind) {
      devices.turn(kind, !devices.on[kind]);
      devices.release();
    },
    async play() {
      if (this.playing) return;
      this.playing = true;
      await play_tune(devices.speaker()).catch(() => null);
      this.playing = false;
    },
    look() {
      const { camera, microphone } = devices.tracks;
      const there = { camera: camera !== null, microphone: microphone !== null };
      const awaited = Object.fromEntries(devices.awaited.map((kind) => [kind, true]));
      Object.assign(this, { on: { ...devices.on }, there, used: devices.use !== null, awaited, seen: there.camera, heard: there.microphone });
      this.$nextTick(this.show);
    },
    // Put the tracks that there are now into picture and level.
    show() {
      const { camera, microphone } = devices.tracks;
      const { picture } = this.$refs;
      if (picture && picture.srcObject?.getTracks()[0] !== camera) picture.srcObject = camera && new MediaStream([camera]);
      if (this.measured === (this.active ? microphone : null)) return;
      this.unmeasure?.();
      this.measured = this.active ? microphone : null;
      this.unmeasure = this.measured && measure(this.measured, (level) => (this.level = level));
    },
    settled() {
      if (this.active) this.$emit('settled', devices.report());
    },
  },
  watch: {
    active() {
      this.look();
    },
  },
  mounted() {
    devices.addEventListener('changed', this.look);
    devices.addEventListener('settled', this.settled);
    this.look();
    if (this.eager) this.start_if_allowed();
  },
  beforeUnmount() {
    devices.removeEventListener('changed', this.look);
    devices.removeEventListener('settled', this.settled);
    this.unmeasure?.();
    devices.close();
  },
};
