// One's own picture, small, over the other one's: in the corner where a drag, a click or the arrow keys put it, which this browser remembers.
const MEMORY = 'own picture';
const ARROWS = { ArrowLeft: { x: 'left' }, ArrowRight: { x: 'right' }, ArrowUp: { y: 'top' }, ArrowDown: { y: 'bottom' } };
const DRAG = 6; // pixels; what moves less is a click

function within(value, end) {
  return Math.max(0, Math.min(value, end));
}

export const SelfView = {
  template: `
    <div class="call-self" :class="[corner.x, corner.y, { unseen: !isOn, turned: is_turned }]" :style="{ translate }" @keydown="steer"
         @click="click" @pointerdown="grip" @pointermove="drag" @pointerup="drop" @pointercancel="drop">
      <button type="button" aria-label="Your own picture; arrow keys move it"><video ref="video" autoplay playsinline :muted="true"></video></button>
      <p class="call-own"><span v-for="words in shown">{{ words }}</span></p>
    </div>`,
  props: {
    isOn: Boolean, // whether there is a picture
    isHeard: Boolean,
  },
  emits: ['moved'],
  data: () => ({ corner: JSON.parse(localStorage.getItem(MEMORY)) ?? { x: 'right', y: 'bottom' }, translate: null, is_turned: false }),
  computed: {
    // The words over it, or in its place.
    shown() {
      return [!this.isOn && 'You', !this.isHeard && 'Muted', !this.isOn && 'Camera off'].filter(Boolean);
    },
  },
  methods: {
    show(camera) {
      const { video } = this.$refs;
      if (video.srcObject?.getTracks()[0] !== camera) video.srcObject = camera && new MediaStream([camera]);
      this.is_turned = camera?.getSettings().facingMode === 'environment'; // it shows what the person sees, not a mirror
    },
    put(corner) {
      this.corner = { ...this.corner, ...corner };
      localStorage.setItem(MEMORY, JSON.stringify(this.corner));
      this.$emit('moved', `Your picture is at the ${this.corner.y} ${this.corner.x}`);
    },
    steer(event) {
      if (!ARROWS[event.key]) return;
      event.preventDefault();
      this.put(ARROWS[event.key]);
    },
    // For whoever can neither drag nor type: each click puts it a corner further.
    click() {
      const { x, y } = this.corner;
      if (this.was_dragged) this.was_dragged = false;
      else this.put((x === 'right') === (y === 'top') ? { y: y === 'top' ? 'bottom' : 'top' } : { x: x === 'right' ? 'left' : 'right' });
    },
    grip({ pointerId, clientX, clientY }) {
      this.was_dragged = false;
      this.gripped = { x: clientX, y: clientY };
      this.$el.setPointerCapture(pointerId);
    },
    drag({ clientX, clientY }) {
      if (!this.gripped) return;
      const [dx, dy] = [clientX - this.gripped.x, clientY - this.gripped.y];
      this.was_dragged ||= Math.hypot(dx, dy) > DRAG;
      if (!this.was_dragged) return;
      const { offsetLeft: left, offsetTop: top, offsetWidth: width, offsetHeight: height, offsetParent: room } = this.$el;
      const [x, y] = [within(left + dx, room.clientWidth - width), within(top + dy, room.clientHeight - height)];
      this.nearest = {
        x: x + width / 2 < room.clientWidth / 2 ? 'left' : 'right',
        y: y + height / 2 < room.clientHeight / 2 ? 'top' : 'bottom',
      };
      this.translate = `${x - left}px ${y - top}px`;
    },
    drop() {
      if (this.gripped && this.was_dragged) this.put(this.nearest);
      this.gripped = this.translate = null;
    },
  },
};
