// What is seen of a call: words above, two pictures, a bar of buttons below. What the buttons do is in `call_face`.
import { DeviceMenus } from 'call_device_menus';
import { handOn } from 'call_focus';
import { CallMenu } from 'call_menu';
import { SelfView } from 'call_self_view';

export const callView = {
  components: { CallMenu, DeviceMenus, SelfView },
  directives: { handOn },
  template: `
    <div v-show="joined" class="call-stage">
      <header class="call-top">
        <h2 class="call-name">{{ person }}</h2>
        <p class="call-status" :class="tone" role="status">{{ status }}</p>
        <span class="call-clock" role="timer" aria-label="Length of the call">{{ clock }}</span>
      </header>
      <div class="call-news">
        <slot></slot>
        <div class="call-notice"><p role="status">{{ news }}</p></div>
        <div class="call-notice call-lacking">
          <p role="status">{{ lacking }}</p>
          <template v-if="lacking">
            <button v-hand-on="'.call-button'" type="button" class="button" @click="retry">Try again</button>
            <button v-hand-on="'.call-button'" type="button" class="button" @click="go_on_without">Go on without</button>
          </template>
        </div>
        <div class="call-notice">
          <p role="status">{{ trouble }}</p>
          <button v-if="trouble" v-hand-on="'.call-button'" type="button" class="button" @click="trouble = ''">Close</button>
        </div>
        <div class="call-sharing">
          <p role="status">{{ is_sharing ? 'You are sharing your screen' : '' }}</p>
          <button v-if="is_sharing" v-hand-on="'.call-share'" type="button" class="button" @click="unshare">Stop sharing</button>
        </div>
        <p class="hidden-words" role="status">{{ spoken }}</p>
      </div>
      <div class="call-pictures">
        <div class="call-other" :class="{ unseen: note || is_floating, screen: theirScreen }">
          <div ref="frame" class="call-frame" @enterpictureinpicture="floated" @leavepictureinpicture="floated">
            <video ref="other" autoplay playsinline></video>
          </div>
          <div v-show="note" class="call-note">
            <p aria-hidden="true">{{ note }}</p>
            <p class="call-about-them" role="status">{{ about }}</p>
            <p class="call-about-them" role="timer">{{ countdown }}</p>
            <p v-if="said" class="call-writes" aria-hidden="true"><span>{{ saidBy }}</span>{{ said }}</p>
          </div>
          <p v-if="is_floating && !note" class="call-note">{{ person }} is in the small window</p>
          <button v-if="held" v-hand-on="'.call-button'" type="button" class="button primary" @click="play">Start picture and sound</button>
        </div>
        <self-view ref="self" :is-on="on.camera" :is-heard="on.microphone" @moved="(words) => (spoken = words)"></self-view>
      </div>
      <div v-if="joined" class="call-bar" role="group" aria-label="Your call">
        <button type="button" class="call-button" :aria-disabled="String(!has.microphone)"
                :aria-pressed="String(!on.microphone)" @click="toggle('microphone')">
          <span class="icon" aria-hidden="true">{{ on.microphone ? 'mic' : 'mic_off' }}</span><span class="call-label">Mute</span>
        </button>
        <button type="button" class="call-button" :aria-disabled="String(!has.camera)" :aria-pressed="String(!on.camera)"
                aria-label="Camera off" @click="toggle('camera')">
          <span class="icon" aria-hidden="true">{{ on.camera ? 'videocam' : 'videocam_off' }}</span><span class="call-label">Camera</span>
        </button>
        <button v-if="can_share" type="button" class="call-button call-share" :aria-pressed="String(is_sharing)" aria-label="Share screen"
                @click="share">
          <span class="icon" aria-hidden="true">screen_share</span><span class="call-label">Share</span>
        </button>
        <button type="button" class="call-button" :aria-expanded="String(chatting)" @click="$emit('chat')">
          <span class="icon" aria-hidden="true">chat</span><span class="call-label">Chat</span>
          <span v-if="unread" class="call-unread">{{ ' ' + unread }}<span class="hidden-words"> unread</span></span>
        </button>
        <call-menu label="Devices" icon="settings"><device-menus></device-menus></call-menu>
        <call-menu label="More" icon="more_horiz" v-slot="{ close }">
          <button v-if="can_fill" type="button" class="button" :aria-pressed="String(is_full)" @click="close(); fill()">
            <span class="icon" aria-hidden="true">{{ is_full ? 'fullscreen_exit' : 'fullscreen' }}</span>Full screen
          </button>
          <button v-if="can_float" type="button" class="button" :aria-pressed="String(is_floating)" @click="close(); float_picture()">
            <span class="icon" aria-hidden="true">picture_in_picture_alt</span>Picture in picture
          </button>
          <button type="button" class="button" @click="close(); help()">
            <span class="icon" aria-hidden="true">keyboard</span>Keyboard shortcuts
          </button>
        </call-menu>
        <call-menu v-if="canEnd" label="Hang up" icon="call_end" class="hang-up" v-slot="{ close }">
          <button type="button" class="button" @click="hang_up">Leave</button>
          <p class="quiet">{{ person }} is told, and you can come back.</p>
          <button type="button" class="button danger" @click="close(); $emit('end')">End for both</button>
          <p class="quiet">Nobody can join it any more.</p>
        </call-menu>
        <button v-else type="button" class="call-button hang-up" @click="hang_up">
          <span class="icon" aria-hidden="true">call_end</span><span class="call-label">Hang up</span>
        </button>
      </div>
      <dialog ref="help" class="dialog call-help" aria-labelledby="call-help-title">
        <h2 id="call-help-title">Keyboard shortcuts</h2>
        <dl>
          <div v-for="{ key, words } in shortcuts"><dt><kbd>{{ key.toUpperCase() }}</kbd></dt><dd>{{ words }}</dd></div>
        </dl>
        <p class="quiet">The arrow keys move your own picture while it has the focus.</p>
        <label class="call-tick"><input type="checkbox" :checked="obeys_keys" @change="obey($event.target.checked)"> Use these keys</label>
        <form method="dialog"><button class="button primary" autofocus>Close</button></form>
      </dialog>
    </div>`,
  props: {
    person: String, // the other one's name
    status: String, // how it goes, in words
    tone: String, // the same as a colour: good, bad or nothing
    news: String, // what has become of the call
    lacking: String, // which device is missing on this side, which can be asked for again
    note: String, // the words in the place of the other one's picture
    theirScreen: Boolean, // whether that picture is of their screen
    about: String, // what is known of the other one who is not there
    countdown: String, // how long it is until the call begins
    unread: Number, // messages
    said: String, // the last of them, if it is news
    saidBy: String, // who wrote it, and when
    chatting: Boolean, // whether the messages are shown
    canEnd: Boolean, // whether this side may end the call for both
  },
  data: () => ({
    trouble: '', // what could not be done just now; the next try clears it
    spoken: '', // what only a screen reader says
  }),
  computed: {
    clock() {
      const seconds = Math.max(0, Math.floor((this.now - this.since) / 1000));
      return this.since ? [Math.floor(seconds / 60), seconds % 60].map((part) => String(part).padStart(2, '0')).join(':') : '';
    },
  },
  watch: {
    theirScreen: 'name_and_tune',
  },
};
