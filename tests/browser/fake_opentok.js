// A stand-in for OpenTok.js: the part of its documented interface that we use, between the pages of one browser window. They find each other
// by a BroadcastChannel; picture and sound go through real connections. What the real one refuses, this one refuses too, and a token that is
// used twice besides.
//
// `fake_opentok_media.js` comes before it, both in one scope. A test plays the platform by `OT.test`: refuse('connect', 'OT_…') the next time,
// waver(), mend(), disconnect(reason); connections() tells who is in.
const refusals = {};
const used = new Set();
const current = new Set();
const claims = (token) => JSON.parse(atob(token.split('.')[1].replaceAll('-', '+').replaceAll('_', '/')));

function refusal(step) {
  const name = refusals[step];
  delete refusals[step];
  return trouble(name);
}

class Session extends Emitter {
  publishers = new Map(); // by stream
  subscribers = new Map(); // by link
  constructor(id, { iceConfig }) {
    super();
    if (iceConfig && !Array.isArray(iceConfig.customServers)) throw trouble('OT_INVALID_PARAMETER');
    this.sessionId = id;
  }
  connect(token, done) {
    setTimeout(() => {
      const error = refusal('connect') ?? trouble(used.has(token) && 'OT_AUTHENTICATION_ERROR');
      if (error) return done(error);
      used.add(token);
      current.add(this);
      this.connection = { connectionId: crypto.randomUUID(), data: claims(token).connection_data };
      this.channel = new BroadcastChannel(this.sessionId);
      this.channel.onmessage = ({ data }) => this.hear(data);
      this.post('hello', { connection: this.connection });
      done();
    });
  }
  post(kind, body = {}, to = '') {
    this.channel?.postMessage({ kind, to, from: this.connection.connectionId, ...body });
  }
  async hear({ kind, to, from, connection, stream, link, description }) {
    if (to && to !== this.connection.connectionId) return;
    const publisher = this.publishers.get(stream?.streamId);
    if (kind === 'hello') this.post('here', { connection: this.connection }, from);
    if (connection) this.fire('connectionCreated', { connection });
    if (kind === 'hello') for (const one of this.publishers.values()) this.post('stream', { stream: one.stream }, from);
    if (kind === 'stream') this.fire('streamCreated', { stream });
    if (kind === 'end') this.drop(stream);
    if (kind === 'want' && publisher) this.post('offer', { stream, link, description: await publisher.offer(link) }, from);
    if (kind === 'answer' && publisher) publisher.links.get(link).setRemoteDescription(description);
    const subscriber = this.subscribers.get(link);
    if (kind === 'offer' && subscriber) this.post('answer', { stream, link, description: await subscriber.answer(description) }, from);
  }
  drop(stream) {
    this.fire('streamDestroyed', { stream });
    for (const [link, subscriber] of this.subscribers)
      if (subscriber.stream.streamId === stream.streamId && this.subscribers.delete(link)) subscriber.destroy();
  }
  publish(publisher, done) {
    setTimeout(() => {
      const error = refusal('publish') ?? trouble(publisher.is_destroyed && 'OT_CANCEL');
      if (error) return done(error);
      publisher.stream = { streamId: crypto.randomUUID(), connection: this.connection, creationTime: Date.now() };
      publisher.session = this;
      this.publishers.set(publisher.stream.streamId, publisher);
      this.post('stream', { stream: publisher.stream });
      done();
    });
  }
  withdraw({ stream }) {
    if (this.publishers.delete(stream.streamId)) this.post('end', { stream });
  }
  subscribe(stream, _target, { audioVolume }, done) {
    if (audioVolume !== 0) throw new Error('the real one would sound it by an element of its own');
    const subscriber = new Subscriber(stream, done);
    const link = crypto.randomUUID();
    this.subscribers.set(link, subscriber);
    const error = refusal('subscribe');
    if (error) setTimeout(done, 0, error);
    else this.post('want', { stream, link }, stream.connection.connectionId);
    return subscriber;
  }
  unsubscribe(subscriber) {
    for (const [link, one] of this.subscribers) if (one === subscriber && this.subscribers.delete(link)) subscriber.destroy();
  }
  disconnect(reason = 'clientDisconnected') {
    if (!current.delete(this)) return;
    for (const publisher of [...this.publishers.values()]) publisher.destroy();
    for (const subscriber of this.subscribers.values()) subscriber.destroy();
    this.channel.close();
    this.channel = null;
    setTimeout(() => this.fire('sessionDisconnected', { reason }));
  }
}

const all = (act) => () => [...current].forEach(act);
window.OT = {
  initSession: (_key, id, options) => new Session(id, options),
  initPublisher: (_target, options) => new Publisher(options),
  test: {
    connections: () => [...current].map(({ connection }) => connection.connectionId),
    refuse: (step, name) => (refusals[step] = name),
    waver: all((session) => session.fire('sessionReconnecting')),
    mend: all((session) => session.fire('sessionReconnected')),
    disconnect: (reason) => all((session) => session.disconnect(reason))(),
  },
};
