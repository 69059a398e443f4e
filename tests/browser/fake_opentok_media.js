// The half of the stand-in for OpenTok.js that carries picture and sound: its publishers and subscribers, over real connections.
const trouble = (name) => name && Object.assign(new Error(name), { name });

async function describe(pc) {
  await pc.setLocalDescription();
  while (pc.iceGatheringState !== 'complete') await new Promise((resolve) => (pc.onicegatheringstatechange = resolve));
  return pc.localDescription.toJSON();
}

class Emitter {
  handlers = [];
  on(handlers) {
    this.handlers.push(handlers);
  }
  fire(type, event = {}) {
    for (const handlers of this.handlers) handlers[type]?.({ type, ...event });
  }
}

class Publisher extends Emitter {
  links = new Map();
  constructor({ audioSource, videoSource, publishAudio, publishVideo }) {
    super();
    if (audioSource === undefined || videoSource === undefined) throw new Error('the real one would ask for devices of its own now');
    this.media = new MediaStream([audioSource, videoSource].filter(Boolean));
    this.publishAudio(publishAudio).publishVideo(publishVideo);
  }
  publishAudio(on) {
    for (const track of this.media.getAudioTracks()) track.enabled = on;
    return this;
  }
  publishVideo(on) {
    const [track] = this.media.getVideoTracks();
    if (track) track.enabled = on;
    this.picture = (on && track) || null;
    for (const pc of this.links.values()) pc.video?.replaceTrack(this.picture);
    return this;
  }
  async offer(link) {
    const pc = new RTCPeerConnection();
    this.links.set(link, pc);
    for (const track of this.media.getTracks()) pc[track.kind] = pc.addTrack(track, this.media);
    pc.video?.replaceTrack(this.picture);
    return describe(pc);
  }
  getRtcStatsReport() {
    return Promise.all([...this.links.values()].map(async (pc) => ({ rtcStatsReport: await pc.getStats() })));
  }
  destroy() {
    this.is_destroyed = true;
    for (const track of this.media.getTracks()) track.stop();
    for (const pc of this.links.values()) pc.close();
    this.session?.withdraw(this);
  }
}

class Subscriber extends Emitter {
  pc = new RTCPeerConnection();
  media = new MediaStream();
  constructor(stream, done) {
    super();
    this.stream = stream;
    this.pc.ontrack = ({ track }) => {
      this.media.addTrack(track);
      if (this.media.getTracks().length === 1) this.fire('mediaStreamAvailable', { mediaStream: this.media });
    };
    this.pc.onconnectionstatechange = () => {
      if (this.pc.connectionState === 'connected') done();
      if (['connected', 'disconnected'].includes(this.pc.connectionState)) this.fire(this.pc.connectionState);
    };
  }
  async answer(description) {
    await this.pc.setRemoteDescription(description);
    return describe(this.pc);
  }
  getRtcStatsReport() {
    return this.pc.connectionState === 'connected' ? this.pc.getStats() : Promise.reject(trouble('OT_PEER_CONNECTION_NOT_CONNECTED'));
  }
  destroy() {
    this.pc.close();
    this.fire('destroyed');
  }
}
