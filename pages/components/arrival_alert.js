// What a rep's browser does when a customer arrives: a sound, unless it was turned off here, and a notification, if that is allowed.
const MEMORY = 'arrival sound'; // where this browser remembers that it is off
const TONES = [660, 880]; // Hz, one after the other
const CLICKS = ['click', 'keydown'];
const TONE_SECONDS = 0.2, FADE_SECONDS = 0.5;

export default {
  template: `
    <div class="arrival-alert">
      <button type="button" class="button" :aria-pressed="String(sounds)" aria-describedby="arrival-silent" @click="toggle">
        <span class="icon" aria-hidden="true">{{ sounds ? 'volume_up' : 'volume_off' }}</span>Sound
      </button>
      <p id="arrival-silent" class="quiet small">{{ sounds && is_silent ? 'Click anywhere on this page to hear it.' : '' }}</p>
      <button v-if="offers" type="button" class="link-button small" @click="allow">Notify me on this computer</button>
      <p class="quiet small" role="status">{{ told }}</p>
      <p class="hidden-words" role="status">{{ news }}</p>
    </div>`,
  props: {
    told: String, // what became of asking for notifications
    news: String, // who has arrived
  },
  data: () => ({ sounds: localStorage.getItem(MEMORY) !== 'off', is_silent: false, offers: false }),
  methods: {
    ring(words, about) {
      this.chime();
      if (this.permission() === 'granted') this.notify(words, about);
    },
    toggle() {
      this.sounds = !this.sounds;
      localStorage.setItem(MEMORY, this.sounds ? 'on' : 'off');
      this.chime();
    },
    // Browsers make no sound on a page on which nobody has clicked yet.
    listen() {
      this.is_silent = navigator.userActivation?.hasBeenActive === false;
      for (const type of CLICKS) document[this.is_silent ? 'addEventListener' : 'removeEventListener'](type, this.listen, true);
    },
    chime() {
      this.listen();
      if (!this.sounds || this.is_silent) return;
      const context = new AudioContext();
      const last = TONES.map((frequency, index) => this.tone(context, frequency, context.currentTime + index * TONE_SECONDS)).at(-1);
      last.onended = () => context.close();
    },
    tone(context, frequency, at) {
      const tone = context.createOscillator();
      const volume = context.createGain();
      tone.frequency.value = frequency;
      volume.gain.setValueAtTime(0.15, at);
      volume.gain.exponentialRampToValueAtTime(0.001, at + FADE_SECONDS);
      tone.connect(volume).connect(context.destination);
      tone.start(at);
      tone.stop(at + FADE_SECONDS);
      return tone;
    },
    // It runs in the click: a browser does not ask otherwise.
    async allow() {
      await Notification.requestPermission();
      const is_shown = this.permission() === 'granted' && this.notify('You will be told here when a customer arrives.', 'arrivals');
      this.look();
      this.$emit('permission', { state: this.permission(), is_shown });
    },
    // Whether there is something to ask for; one who refused may have changed their mind.
    look() {
      this.offers = ['default', 'denied'].includes(this.permission());
    },
    permission() {
      return 'Notification' in window ? Notification.permission : 'missing';
    },
    // Whether the browser took it: those of phones have the class, and refuse to make one of it.
    notify(words, about) {
      try {
        const notification = new Notification(words, { tag: about });
        notification.onclick = () => {
          window.focus();
          notification.close();
        };
        return true;
      } catch {
        return false;
      }
    },
  },
  created() {
    this.look();
    this.listen();
  },
  beforeUnmount() {
    for (const type of CLICKS) document.removeEventListener(type, this.listen, true);
  },
};
