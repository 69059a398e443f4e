// The built-in engine: the two browsers send each other picture and sound, and find each other by signals through the server.
//
// The rep makes the first offer; after it only a lost line negotiates again. Such offers may cross, so this is the W3C's "perfect
// negotiation" (WebRTC 1.0, 10.7), in which the customer gives way.
import { callFace } from 'call_face';

export default {
  extends: callFace,
  methods: {
    connect(credentials) {
      this.prolong(credentials);
      this.$emit('ready');
    },
    prolong({ ice_servers, relay_always }) {
      this.ways = { iceServers: ice_servers, iceTransportPolicy: relay_always ? 'relay' : 'all', bundlePolicy: 'max-bundle' };
      this.pc?.setConfiguration(this.ways);
    },
    disconnect() {
      this.part();
    },
    meet() {
      this.part();
      const pc = (this.pc = new RTCPeerConnection(this.ways));
      this.offering = this.ignoring = this.answered = false;
      pc.onicecandidate = ({ candidate }) => candidate && this.send({ candidate });
      pc.ontrack = () => this.show(new MediaStream(pc.getReceivers().map((receiver) => receiver.track)));
      pc.onconnectionstatechange = () => this.heal(pc);
      pc.onnegotiationneeded = () => this.offer(pc);
      this.report(pc.connectionState);
      if (this.is_polite()) return;
      for (const kind of ['audio', 'video']) pc.addTransceiver(kind);
      this.attach(pc);
    },
    part() {
      clearTimeout(this.healing);
      this.pc?.close();
      this.pc = null;
      this.show(null);
    },
    is_polite() {
      return this.seat === 'customer';
    },
    async offer(pc) {
      if (this.is_polite() && !pc.remoteDescription) return; // the first offer is the other one's
      this.offering = true;
      await this.describe(pc).catch(() => null); // it was closed meanwhile; whatever else it is, the two will meet again
      if (pc === this.pc) this.offering = false;
    },
    async heard({ description, candidate }) {
      const pc = this.pc;
      if (!pc) return; // the page is going
      if (candidate && !this.ignoring) await pc.addIceCandidate(candidate).catch(() => null); // there are others, or it came too late
      if (description) await this.follow(pc, description).catch(() => pc === this.pc && this.report('failed')); // it cannot be taken
    },
    async follow(pc, description) {
      const is_offer = description.type === 'offer';
      const is_ready = !this.offering && (pc.signalingState === 'stable' || this.answered);
      this.ignoring = is_offer && !is_ready && !this.is_polite();
      if (this.ignoring) return;
      this.answered = !is_offer;
      await pc.setRemoteDescription(description);
      this.answered = false;
      if (!is_offer) return;
      await this.attach(pc);
      await this.describe(pc);
    },
    async describe(pc) {
      await pc.setLocalDescription();
      if (pc === this.pc) this.send({ description: pc.localDescription });
    },
    // Put our tracks on the two transceivers that the offer has.
    async attach(pc) {
      for (const transceiver of pc.getTransceivers()) {
        transceiver.direction = 'sendrecv';
        await transceiver.sender.replaceTrack(this.outgoing()[transceiver.receiver.track.kind]);
      }
    },
    async carry(media, track) {
      await this.sender(media)?.replaceTrack(track);
    },
    // What sends our 'audio' or 'video', also while there is no track to send.
    sender(media) {
      return this.pc?.getTransceivers().find(({ receiver }) => receiver.track.kind === media)?.sender;
    },
    heal(pc) {
      if (pc !== this.pc) return;
      this.report(pc.connectionState);
      clearTimeout(this.healing);
      const patience = { disconnected: 3000, failed: 0 }[pc.connectionState];
      if (patience !== undefined) this.healing = setTimeout(() => pc.restartIce(), patience);
      if (pc.connectionState === 'connected') this.await_parting(pc);
    },
    // A page that goes closes its connection, which is heard at once; that nothing comes any more would be noticed seconds later.
    await_parting(pc) {
      const { transport } = pc.getReceivers()[0];
      transport.onstatechange = () => transport.state === 'closed' && pc === this.pc && this.report('disconnected');
    },
    renew() {
      this.pc?.restartIce();
    },
    // Only the sending pauses: what is muted, unseen or shared stays so.
    async spare(is_sparing) {
      const sender = this.sender('video');
      if (!sender) return;
      const parameters = sender.getParameters();
      for (const encoding of parameters.encodings) encoding.active = !is_sparing;
      await sender.setParameters(parameters).catch(() => null); // it was closed meanwhile
    },
    async statistics() {
      return this.pc?.connectionState === 'connected' ? this.pc.getStats() : null;
    },
  },
};
