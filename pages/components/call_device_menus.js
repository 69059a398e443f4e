// What the panel of the Devices button holds: a menu each for the camera, the microphone and, where the browser lets one choose, the speaker.
import { devices } from 'call_devices';

const NAMES = { camera: 'Camera', microphone: 'Microphone', speaker: 'Speaker' };

function menu(kind) {
  const options = devices.listed[kind].map(({ id, label }, at) => ({ id, label: label || `${NAMES[kind]} ${at + 1}` }));
  const used = devices.tracks[kind]?.getSettings().deviceId ?? devices.chosen[kind];
  return { kind, name: NAMES[kind], options, used: options.some(({ id }) => id === used) ? used : (options[0]?.id ?? '') };
}

export const DeviceMenus = {
  template: `
    <label v-for="{ kind, name, options, used } in menus" class="call-choice">
      <span>{{ name }}</span>
      <select :disabled="!options.length" :value="used" @change="choose(kind, $event.target.value)">
        <option v-if="!options.length" value="">None found</option>
        <option v-for="{ id, label } in options" :value="id">{{ label }}</option>
      </select>
    </label>`,
  data: () => ({ menus: [] }),
  methods: {
    read() {
      const can_choose_speaker = 'setSinkId' in HTMLMediaElement.prototype && devices.listed.speaker.length > 0;
      this.menus = Object.keys(NAMES).filter((kind) => kind !== 'speaker' || can_choose_speaker).map(menu);
    },
    choose(kind, id) {
      devices.choose(kind, id);
    },
  },
  created() {
    this.read();
    devices.addEventListener('changed', this.read);
  },
  beforeUnmount() {
    devices.removeEventListener('changed', this.read);
  },
};
