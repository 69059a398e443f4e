// Larger and smaller than the page: the call on the full screen, and the other one's picture in a small window above all others.
export const callWindow = {
  data: () => ({
    can_fill: document.fullscreenEnabled ?? false,
    is_full: false,
    can_float: document.pictureInPictureEnabled ?? false,
    is_floating: false,
  }),
  methods: {
    async fill() {
      if (!this.can_fill) return;
      if (document.fullscreenElement) await document.exitFullscreen();
      else await this.$el.closest('.call').requestFullscreen().catch(() => null); // refused: the page stays as it is
    },
    async float_picture() {
      if (!this.can_float) return;
      if (document.pictureInPictureElement) await document.exitPictureInPicture();
      else await this.picture()?.requestPictureInPicture().catch(() => (this.spoken = 'There is no picture yet'));
    },
    // Back into the page, when the call is over.
    shrink() {
      if (this.is_full) document.exitFullscreen();
      if (this.is_floating) document.exitPictureInPicture();
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
