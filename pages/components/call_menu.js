// A round button of the call's bar that opens a panel with more. Escape, and whatever is done elsewhere, closes it.
export const CallMenu = {
  template: `
    <div class="call-menu" @keydown.esc.stop="close" @focusout="leave">
      <button ref="opener" type="button" class="call-button" :aria-expanded="String(is_open)" @click="is_open ? close() : open()">
        <span class="icon" aria-hidden="true">{{ icon }}</span><span class="call-label">{{ label }}</span>
      </button>
      <div v-if="is_open" ref="panel" class="call-panel" role="group" :aria-label="label"><slot :close="close"></slot></div>
    </div>`,
  props: { label: String, icon: String },
  data: () => ({ is_open: false }),
  methods: {
    async open() {
      this.is_open = true;
      await this.$nextTick();
      this.$refs.panel?.querySelector('select:enabled, button:enabled')?.focus();
    },
    // Focus goes back to the button, which is where it came from.
    close() {
      this.is_open = false;
      this.$refs.opener.focus();
    },
    leave({ relatedTarget }) {
      if (relatedTarget && !this.$el.contains(relatedTarget)) this.is_open = false;
    },
    touch({ target }) {
      if (!this.$el.contains(target)) this.is_open = false;
    },
  },
  mounted() {
    document.addEventListener('pointerdown', this.touch);
  },
  beforeUnmount() {
    document.removeEventListener('pointerdown', this.touch);
  },
};
