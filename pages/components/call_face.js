// The face of a call, the same for every engine: the way in and out, the sign of life, what is told to the other side. What it shows and does
// besides is in the files it is mixed from.
//
// An engine extends it with what carries the pictures. It must have connect(credentials), which ends in `ready` or fail(name), and
// disconnect(). It may have carry(media, track): send this track, or nothing, as our 'audio' or 'video' from now on · toggled(kind, on): the
// person switched off their 'microphone' or 'camera', whose track is silent already (a shared screen counts as a camera that is on); a track
// that the engine has made itself, a copy or a mixture, it silences here ·
// spare(on): send no picture, to leave the line to the sound · statistics(): an RTCStatsReport of the connection, or nothing · renew(): the
// network is another now · prolong(credentials): the call closes at another time than it was to, and until then these are good · and, where
// the two browsers have to find each other, meet(), part() and heard(message). It reports by
// report(state) and show(stream), and talks to the other side's engine by send({ engine: { … } }): at most eight short words, numbers and
// truths. An engine and the face are one component: it keeps what it likes on `this`, under names that the face does not have (a test
// compares them). Python decides: all this reports what happens, and does what it is told.
import { devices } from 'call_devices';
import { callMedia } from 'call_media';
import { callPicture } from 'call_picture';
import { callScreen } from 'call_screen';
import { callShortcuts } from 'call_shortcuts';
import { callView } from 'call_view';
import { watch_over } from 'call_watch';
import { obstacle } from 'device_access';

export const callFace = {
  mixins: [callView, callPicture, callMedia, callScreen, callShortcuts],
  props: {
    seat: String,
    memory: String, // where this tab remembers that it is in the call
  },
  data: () => ({ joined: false, since: 0, now: 0 }),
  methods: {
    // Ask for the devices that are wanted, then ask Python to be let in. It runs in the click on the button that says so, or after a reload.
    // `join({ camera: false })`: without the camera, whatever was tried before.
    async join({ is_return = false, ...wanted } = {}) {
      if (this.wish) return;
      if (obstacle()) return this.fail(obstacle());
      const wish = (this.wish = { is_return });
      for (const [kind, on] of Object.entries(wanted)) devices.turn(kind, on);
      devices.release();
      if (!is_return) this.$emit('asking', { kinds: devices.missing() }); // before the page is connected, events may overtake each other
      await devices.open();
      if (wish !== this.wish) return devices.close(); // the call was left while the browser was asking
      this.$emit('join', { ...devices.report(), was: is_return ? sessionStorage.getItem(this.memory) : '' });
    },
    // `key` tells this place in the call from one of the same person elsewhere.
    start(credentials, key) {
      sessionStorage.setItem(this.memory, key);
      this.joined = true;
      this.look();
      this.clock_timer = setInterval(() => this.meeting && (this.now = Date.now()), 1000); // the clock stands still for one who is alone
      if (!this.wish.is_return) this.$nextTick(() => this.$el.querySelector('.call-button:not([aria-disabled=true])').focus());
      this.connect(credentials);
      this.end_watch = watch_over(this);
    },
    stop() {
      sessionStorage.removeItem(this.memory);
      clearInterval(this.clock_timer);
      this.end_watch?.();
      this.disconnect();
      if (this.wish) devices.close();
      this.screen?.stop();
      this.shrink();
      this.$refs.help.close();
      this.wish = this.meeting = this.screen = null;
      this.joined = this.held = this.is_sharing = this.is_sparing = false;
      this.since = 0;
      this.trouble = '';
    },
    // The server asks: the timers of a page that nobody looks at run once a minute.
    beat() {
      if (this.joined) this.$emit('beat');
    },
    hang_up() {
      this.stop();
      this.$emit('hang_up');
    },
    fail(name) {
      this.stop();
      this.$emit('problem', { name, touches: navigator.maxTouchPoints });
    },
    // How the line to the other one is: a state of RTCPeerConnection.
    report(state) {
      if (state === 'connected') this.since ||= this.met_at;
      this.name_and_tune();
      this.$emit('line', { state });
    },
    // `talked`: how many seconds the two have been in this call together before, also in pages that were loaded anew.
    peer_joined(meeting, talked) {
      this.met_at = (this.now = Date.now()) - talked * 1000;
      if (this.since) this.since = this.met_at;
      this.meeting = meeting;
      this.is_sparing = false;
      this.last_number = 0;
      this.known_numbers = new Set();
      this.meet();
      this.tell();
    },
    peer_left() {
      this.meeting = null;
      this.part();
    },
    signalled(message) {
      if (message.meeting !== this.meeting || this.known_numbers.has(message.number)) return;
      this.known_numbers.add(message.number);
      this.heard(message);
    },
    send(message) {
      if (this.meeting) this.$emit('signal', { ...message, meeting: this.meeting, number: ++this.last_number });
    },
    // The page goes, perhaps to be loaded again: the other side need not wait for a sign of life.
    leave_page() {
      this.$emit('page_gone');
      this.disconnect();
    },
    // The browser had kept the page, and shows it again.
    return_to_page() {
      this.stop();
      location.reload();
    },
    // what an engine may leave out
    meet() {},
    part() {},
    heard() {},
    toggled() {},
    carry() {},
    spare() {},
    renew() {},
    prolong() {},
    async statistics() {},
  },
  mounted() {
    const [{ type }] = performance.getEntriesByType('navigation');
    const is_reloaded = type === 'reload' && !window.socket; // a page has none yet while it is loaded; what it shows later was not there before
    if (!is_reloaded) sessionStorage.removeItem(this.memory);
    else if (sessionStorage.getItem(this.memory)) this.join({ is_return: true });
  },
  beforeUnmount() {
    this.stop();
  },
};
