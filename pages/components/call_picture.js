// The other one's picture: it plays, has a name and a speaker, and is seen on the full screen, or in a small window above all others.
import { devices } from 'call_devices';

const NO_PICTURE = 'There is no picture yet to put into a small window.';

export const callPicture = {
  data: () => ({
    held: false, // until a click, which the browser wants
    can_fill: document.fullscreenEnabled ?? false,
    is_full: false,
    can_float: document.pictureInPictureEnabled ?? false,
    is_floating: false,
  }),
  methods: {
    show(stream) {
      this.$refs.other.srcObject = stream;
      if (stream) this.play();
    },
    // The element that shows the other one; an engine may have brought its own.
    picture() {
      return this.$refs.frame.querySelector('video');
    },
    // Say to screen readers whose picture it is, and let it sound where the person wants it.
    name_and_tune() {
      const picture = this.picture();
      picture?.setAttribute('aria-label', `${this.theirScreen ? 'Screen' : 'Picture'} of ${this.person}`);
      picture?.setSinkId?.(devices.speaker()).catch(() => null); // that one has just gone: the list will say so
    },
    async play() {
      try {
        await this.picture()?.play();
        this.held = false;
      } catch (error) {
        this.held = error.name === 'NotAllowedError'; // the browser wants a click before it makes a sound
      }
    },
    async fill() {
      if (!this.can_fill) return;
      if (document.fullscreenElement) await document.exitFullscreen();
      else await this.$el.closest('.call').requestFullscreen().catch(() => null); // refused: the page stays as it is
    },
    async float_picture() {
      if (!this.can_float) return;
      this.trouble = '';
      if (document.pictureInPictureElement) await document.exitPictureInPicture();
      else await this.picture()?.requestPictureInPicture().catch(() => (this.trouble = NO_PICTURE));
    },
    // Back into the page, when the call is over.
    shrink() {
      if (document.fullscreenElement) document.exitFullscreen();
      if (document.pictureInPictureElement) document.exitPictureInPicture();
    },
    filled() {
      this.is_full = document.fullscreenElement !== null;
    },
    floated({ type }) {
      this.is_floating = type === 'enterpictureinpicture';
    },
  },
  mounted() {
    document.addEventListener('fullscreenchange', this.filled);
  },
  beforeUnmount() {
    document.removeEventListener('fullscreenchange', this.filled);
  },
};
