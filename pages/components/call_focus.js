// The focus, when the button that has it goes.

// `v-hand-on="selector"` on a button: when it goes with the focus, the first of these that its component shows then gets it.
export const handOn = {
  beforeUnmount(button, { instance, value }) {
    if (button === document.activeElement) instance.$nextTick(() => instance.$el.querySelector(value)?.focus());
  },
};
