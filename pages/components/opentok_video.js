// OpenTok's engine: enters the session and shows the newest stream of the other seat; `opentok_sending` publishes ours. What the network
// breaks, OpenTok.js mends by itself; when it has given up, Python is asked for a new token.
import { callFace } from 'call_face';
import { load } from 'opentok_script';
import { openTokSending } from 'opentok_sending';

const REJOIN_MS = 60_000; // a session that is lost again so soon is given up
const WORD_MS = 3000; // so long Python has to say why we were put out
const GONE = ['OT_STREAM_DESTROYED', 'OT_STREAM_NOT_FOUND', 'OT_CANCEL'];
const OF_THE_UPLOAD = ['outbound-rtp', 'remote-inbound-rtp'];

export default {
  extends: callFace,
  mixins: [openTokSending],
  props: { scriptUrl: String, apiUrl: String, logUrl: String },
  methods: {
    async connect(credentials) {
      const wish = this.wish;
      const loaded = await load(this.scriptUrl, this.apiUrl, this.logUrl).then(() => true, () => false);
      if (!wish || wish !== this.wish) return;
      if (loaded) this.enter(credentials);
      else this.fail('script');
    },
    enter({ key, session_id, token, ice_config }) {
      this.disconnect();
      this.sent = this.outgoing();
      const session = (this.session = window.OT.initSession(key, session_id, { iceConfig: ice_config }));
      const ours = (handle) => (event) => session === this.session && handle(event);
      session.on({
        connectionCreated: ours(({ connection: { connectionId, data } }) => this.$emit('arrived', { connection: connectionId, data })),
        streamCreated: ours(({ stream }) => this.add(stream)),
        streamDestroyed: ours(({ stream }) => this.remove(stream)),
        sessionReconnecting: ours(() => this.stand(false)),
        sessionReconnected: ours(() => this.stand(true)),
        sessionDisconnected: ours(({ reason }) => this.lose(reason)),
      });
      session.connect(token, ours((error) => (error ? this.fail(error.name) : this.entered())));
    },
    entered() {
      this.$emit('connection', { id: this.session.connection.connectionId });
      this.$emit('ready');
      this.stand(true);
    },
    disconnect() {
      const { session, publisher } = this;
      Object.assign(this, { session: null, publisher: null, published: {}, sent: {}, streams: [], stream: null, subscriber: null });
      Object.assign(this, { is_standing: false, is_watched: false, line: 'new' });
      publisher?.destroy();
      session?.disconnect();
      this.show(null);
    },
    // The session stands, or OpenTok.js tries to mend it.
    stand(is_standing) {
      this.is_standing = is_standing;
      this.publish();
      this.tell_line(this.line);
    },
    lose(reason) {
      const wish = this.wish;
      this.disconnect();
      if (reason === 'forceDisconnected') {
        setTimeout(() => wish === this.wish && this.fail('put_out'), WORD_MS);
      } else if (Date.now() - wish.rejoined_at < REJOIN_MS) {
        this.fail('lost');
      } else {
        wish.rejoined_at = Date.now();
        this.report('failed');
        this.$emit('lost');
      }
    },
    add(stream) {
      if (JSON.parse(stream.connection.data).seat === this.seat) return; // our own, left over from before a reload
      this.streams.push(stream);
      this.watch();
    },
    remove({ streamId }) {
      this.streams = this.streams.filter((one) => one.streamId !== streamId);
      this.watch();
    },
    // Look at the newest stream. There are two when one is left over from before a reload, and while one takes the place of another.
    watch() {
      const [newest = null] = this.streams.sort((one, other) => other.creationTime - one.creationTime);
      if (newest === this.stream) return;
      if (this.subscriber) this.session.unsubscribe(this.subscriber);
      this.stream = newest;
      this.subscriber = newest && this.new_subscriber(newest);
      if (newest) return;
      this.show(null);
      this.tell_line('closed');
    },
    new_subscriber(stream) {
      // the face's own element shows and sounds it; that of OpenTok.js, which nobody sees, would sound a second time
      const options = { insertDefaultUI: false, showControls: false, audioVolume: 0 };
      const ours = (handle) => (event) => stream === this.stream && handle(event);
      const subscriber = this.session.subscribe(stream, null, options, ours((error) => error && this.miss(stream, error.name)));
      subscriber.on({
        mediaStreamAvailable: ours(({ mediaStream }) => this.show(mediaStream)),
        connected: ours(() => this.see()),
        disconnected: ours(() => this.tell_line('disconnected')),
      });
      return subscriber;
    },
    miss(stream, name) {
      if (GONE.includes(name)) this.remove(stream);
      else this.fail(name);
    },
    see() {
      this.tell_line('connected');
      this.send({ engine: { is_watched: true } });
    },
    // Say how the line is. One to whom nothing is sent is connected when the other side says that it watches.
    tell_line(line) {
      this.line = line;
      const is_one_way = this.is_watched && !this.stream;
      this.report(this.is_standing ? (is_one_way ? 'connected' : line) : 'disconnected');
    },
    meet() {
      if (this.line === 'connected') this.send({ engine: { is_watched: true } });
    },
    part() {
      this.is_watched = false;
    },
    heard({ engine }) {
      this.is_watched = engine?.is_watched === true;
      this.tell_line(this.line);
    },
    async statistics() {
      const nothing = () => [];
      const received = await (this.subscriber?.getRtcStatsReport().catch(nothing) ?? []);
      const [sent] = await (this.publisher?.getRtcStatsReport().catch(nothing) ?? []);
      const upload = [...(sent?.rtcStatsReport ?? [])].filter(([, { type }]) => OF_THE_UPLOAD.includes(type));
      return this.line === 'connected' ? new Map([...received, ...upload]) : null;
    },
  },
};
