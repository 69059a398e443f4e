// One key for what is done most, and the dialog that lists the keys and turns them off (WCAG 2.1.4).
const MEMORY = 'shortcuts'; // this browser remembers here that they are `off`

const SHORTCUTS = [
  { key: 'm', words: 'Mute, or be heard again', press: (call) => call.turn_aloud('microphone') },
  { key: 'v', words: 'Camera off, or on again', press: (call) => call.turn_aloud('camera') },
  { key: 's', words: 'Share the screen, or stop', press: (call) => call.share(), can: (call) => call.can_share },
  { key: 'c', words: 'Open or close the chat', press: (call) => call.$emit('chat') },
  { key: 'f', words: 'Full screen, or back', press: (call) => call.fill(), can: (call) => call.can_fill },
  { key: 'p', words: 'Picture in picture, or back', press: (call) => call.float_picture(), can: (call) => call.can_float },
  { key: '?', words: 'This list', press: (call) => call.help() },
];
const WORDS = { microphone: ['You are muted', 'You can be heard'], camera: ['Your camera is off', 'Your camera is on'] };

function is_typing({ target }) {
  return target.isContentEditable || target.matches('input, textarea, select');
}

export const callShortcuts = {
  data: () => ({ obeys_keys: localStorage.getItem(MEMORY) !== 'off' }),
  computed: {
    shortcuts() {
      return SHORTCUTS.filter(({ can }) => !can || can(this));
    },
  },
  methods: {
    help() {
      this.$refs.help.showModal();
    },
    obey(does) {
      this.obeys_keys = does;
      localStorage.setItem(MEMORY, does ? 'on' : 'off');
    },
    press(event) {
      const shortcut = this.shortcuts.find(({ key }) => key === event.key?.toLowerCase());
      if (!shortcut || !this.joined || !this.obeys_keys || event.repeat || event.defaultPrevented) return;
      if (event.ctrlKey || event.altKey || event.metaKey || (event.shiftKey && event.key !== '?')) return;
      if (is_typing(event) || document.querySelector('dialog:modal')) return;
      event.preventDefault();
      shortcut.press(this);
    },
    // The button has not the focus, so it does not say by itself how it stands now.
    turn_aloud(kind, on = !this.on[kind]) {
      this.turn(kind, on);
      if (this.joined && this.has[kind]) this.spoken = WORDS[kind][Number(this.on[kind])];
    },
  },
  mounted() {
    document.addEventListener('keydown', this.press);
  },
  beforeUnmount() {
    document.removeEventListener('keydown', this.press);
  },
};
