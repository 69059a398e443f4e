// OpenTok's engine: loads OpenTok.js from its vendor, enters the session, publishes our devices, shows the newest stream of the other seat.
import { callFace } from 'call_face';

const PATIENCE_MS = 10_000;
let loading = null;

// OpenTok.js, loaded once a page; after a failure the next call tries again.
function load(address, api) {
  if (api) window.OTProperties = { apiURL: api, loggingURL: api }; // read by the script when it starts
  loading ??= new Promise((resolve, reject) => {
    const script = Object.assign(document.createElement('script'), { src: address });
    const give_up = () => {
      script.remove();
      loading = null;
      reject(new Error('OpenTok.js was not loaded'));
    };
    const timer = setTimeout(give_up, PATIENCE_MS);
    script.onerror = give_up;
    script.onload = () => {
      clearTimeout(timer);
      if (window.OT) resolve();
      else give_up();
    };
    document.head.append(script);
  });
  return loading;
}

export default {
  extends: callFace,
  props: { scriptUrl: String, apiUrl: String },
  methods: {
    async connect({ key, session_id, token }) {
      const wish = this.wish;
      const loaded = await load(this.scriptUrl, this.apiUrl).then(() => true, () => false);
      if (wish !== this.wish) return;
      if (!loaded) return this.fail('script');
      const session = (this.session = window.OT.initSession(key, session_id));
      session.on({
        streamCreated: ({ stream }) => this.watch(stream),
        sessionDisconnected: () => session === this.session && this.fail('lost'),
      });
      session.connect(token, (error) => {
        if (session === this.session) error ? this.fail(error.name) : this.publish();
      });
    },
    disconnect() {
      const session = this.session;
      this.session = this.publisher = this.subscriber = null;
      session?.disconnect();
    },
    publish() {
      this.$emit('ready');
      const { audio: audioSource, video: videoSource } = this.outgoing();
      if (!audioSource && !videoSource) return;
      const { microphone: publishAudio, camera: publishVideo } = this.on;
      const options = { insertDefaultUI: false, showControls: false, audioSource, videoSource, publishAudio, publishVideo };
      const check = (error) => error && this.session && this.fail(error.name);
      this.publisher = window.OT.initPublisher(null, options, check);
      this.session.publish(this.publisher, check);
    },
    toggled(name, on) {
      if (name === 'camera') this.publisher?.publishVideo(on);
      else this.publisher?.publishAudio(on);
    },
    watch(stream) {
      if (JSON.parse(stream.connection.data).seat === this.seat) return; // our own, left over from before a reload
      if (this.subscriber) this.session.unsubscribe(this.subscriber);
      const options = { insertDefaultUI: false, showControls: false };
      const subscriber = this.session.subscribe(stream, null, options, (error) => error && this.session && this.fail(error.name));
      this.subscriber = subscriber;
      const report = (state) => subscriber === this.subscriber && this.report(state);
      subscriber.on({
        videoElementCreated: ({ element }) => this.$refs.frame.replaceChildren(element),
        connected: () => report('connected'),
        disconnected: () => report('disconnected'),
        destroyed: () => report('closed'),
      });
    },
  },
};
