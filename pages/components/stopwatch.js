// m:ss since something began. It goes on by itself, and screen readers hear of it only when they come by.
export default {
  template: '<span class="stopwatch">{{ words }}</span>',
  props: { seconds: Number, since: String }, // how long it was when this was said; what it counts from, whose `seconds` may be the same
  data: () => ({ begun: 0, now: 0 }),
  computed: {
    words() {
      if (!this.begun) return '';
      const seconds = Math.max(0, Math.floor((this.now - this.begun) / 1000));
      return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
    },
  },
  methods: {
    begin() {
      this.now = Date.now();
      this.begun = this.now - this.seconds * 1000;
      this.timer ??= setInterval(() => (this.now = Date.now()), 1000);
    },
  },
  watch: { since: 'begin' },
  created() {
    if (this.since) this.begin();
  },
  unmounted() {
    clearInterval(this.timer);
  },
};
