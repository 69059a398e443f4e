// Sharing the screen: its picture goes to the other side in the place of the camera's, until our button or the browser's own bar stops it.
const TROUBLE = "The screen could not be shared. Allow your browser to record the screen in your computer's settings, then try again.";

export const callScreen = {
  data: () => ({ can_share: Boolean(navigator.mediaDevices?.getDisplayMedia), is_sharing: false }),
  methods: {
    // It runs in the click on the button: the browser shows its list of screens and windows to nothing else.
    async share() {
      if (this.is_sharing) return this.unshare();
      if (!this.can_share || this.is_choosing) return;
      this.is_choosing = true;
      this.trouble = '';
      const stream = await navigator.mediaDevices.getDisplayMedia({ video: { frameRate: { max: 15 } } }).catch(this.shared_nothing);
      this.is_choosing = false;
      if (!stream) return;
      const [track] = stream.getVideoTracks();
      if (!this.joined) return track.stop(); // the call ended over the choosing
      track.contentHint = 'detail'; // letters stay sharp; smoothness gives way
      track.onended = () => this.unshare(); // by the browser's own bar
      this.show_screen(track);
    },
    unshare() {
      if (!this.is_sharing) return;
      this.screen.stop();
      this.show_screen(null);
    },
    show_screen(track) {
      this.screen = track;
      this.is_sharing = track !== null;
      this.spoken = track ? '' : 'You no longer share your screen';
      this.carry('video', this.outgoing().video);
      this.toggled('camera', this.is_sharing || this.on.camera);
      this.tell();
    },
    // Who closes the list without choosing has made no mistake.
    shared_nothing({ name, message }) {
      if (name !== 'NotAllowedError' || message.includes('system')) this.trouble = TROUBLE;
    },
  },
};
