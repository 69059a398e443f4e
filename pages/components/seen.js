// A spot that emits `seen` with whether it can be seen now: on the screen, in a tab that is shown.
export default {
  template: '<div class="seen"></div>',
  methods: {
    tell() {
      const is_seen = this.is_on_screen && document.visibilityState === 'visible';
      if (is_seen === this.is_seen) return;
      this.is_seen = is_seen;
      this.$emit('seen', is_seen);
    },
  },
  mounted() {
    this.is_seen = this.is_on_screen = false;
    this.observer = new IntersectionObserver((entries) => {
      this.is_on_screen = entries.at(-1).isIntersecting;
      this.tell();
    });
    this.observer.observe(this.$el);
    document.addEventListener('visibilitychange', this.tell);
  },
  beforeUnmount() {
    this.observer.disconnect();
    document.removeEventListener('visibilitychange', this.tell);
  },
};
