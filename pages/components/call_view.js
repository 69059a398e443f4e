// What is seen of a call: words above, two pictures, a bar of buttons below. What the buttons do is in `call_face`.
import { CallMenu } from 'call_menu';

export const callView = {
  components: { CallMenu },
  template: `
    <div v-show="joined" class="call-stage">
      <header class="call-top">
        <h2 class="call-name">{{ person }}</h2>
        <p class="call-status" :class="tone" role="status">{{ status }}</p>
        <span class="call-clock" role="timer" aria-label="Length of the call">{{ clock }}</span>
      </header>
      <p class="call-notice" role="status">{{ notice }}</p>
      <div class="call-pictures">
        <div class="call-other" :class="{ unseen: note }">
          <div ref="frame" class="call-frame"><video ref="other" autoplay playsinline></video></div>
          <div v-show="note" class="call-note">
            <p aria-hidden="true">{{ note }}</p>
            <p class="call-about-them" role="status">{{ about }}</p>
          </div>
          <button v-if="held" type="button" class="button primary" @click="play">Start picture and sound</button>
        </div>
        <div class="call-self" :class="{ unseen: !on.camera }">
          <video ref="self" autoplay playsinline :muted="true" aria-label="Your own picture"></video>
          <span class="call-you">You</span>
        </div>
      </div>
      <div v-if="joined" class="call-bar" role="group" aria-label="Your call">
        <button type="button" class="call-button" :disabled="!has.microphone" :aria-pressed="String(!on.microphone)" @click="toggle('microphone')">
          <span class="icon" aria-hidden="true">{{ on.microphone ? 'mic' : 'mic_off' }}</span><span class="call-label">Mute</span>
        </button>
        <button type="button" class="call-button" :disabled="!has.camera" :aria-pressed="String(!on.camera)" aria-label="Camera off"
                @click="toggle('camera')">
          <span class="icon" aria-hidden="true">{{ on.camera ? 'videocam' : 'videocam_off' }}</span><span class="call-label">Camera</span>
        </button>
        <button type="button" class="call-button" :aria-expanded="String(chatting)" :aria-label="unread ? 'Chat, ' + unread + ' unread' : 'Chat'"
                @click="$emit('chat')">
          <span class="icon" aria-hidden="true">chat</span><span class="call-label">Chat</span>
          <span v-if="unread" class="call-unread" aria-hidden="true">{{ unread }}</span>
        </button>
        <call-menu v-if="canEnd" label="Hang up" icon="call_end" class="hang-up">
          <button type="button" class="button" @click="hang_up">Leave, and come back if you like</button>
          <button type="button" class="button" @click="$emit('end')">End the call for both</button>
        </call-menu>
        <button v-else type="button" class="call-button hang-up" @click="hang_up">
          <span class="icon" aria-hidden="true">call_end</span><span class="call-label">Hang up</span>
        </button>
      </div>
    </div>`,
  props: {
    person: String, // the other one's name
    status: String, // how it goes, in words
    tone: String, // the same as a colour: good, bad or nothing
    notice: String, // what is missing on this side
    note: String, // the words in the place of the other one's picture
    about: String, // what is known of the other one who is not there
    unread: Number, // messages
    chatting: Boolean, // whether the messages are shown
    canEnd: Boolean, // whether this side may end the call for both
  },
  computed: {
    clock() {
      const seconds = Math.max(0, Math.floor((this.now - this.since) / 1000));
      return this.since ? [Math.floor(seconds / 60), seconds % 60].map((part) => String(part).padStart(2, '0')).join(':') : '';
    },
  },
};
