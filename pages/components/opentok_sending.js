// What we send through OpenTok: copies of our tracks, in a publisher.

export const openTokSending = {
  methods: {
    carry(media, track) {
      this.sent = { ...this.sent, [media]: track };
      this.publish();
    },
    toggled() {
      this.hush();
    },
    spare() {
      this.hush();
    },
    // Send what is to be sent. A publisher keeps to its first camera, so that another picture takes another publisher.
    publish() {
      const { audio, video } = this.sent ?? {};
      const is_known = audio === this.published?.audio && video === this.published?.video;
      if (!this.is_standing || is_known) return this.hush();
      this.published = this.sent;
      const older = this.publisher;
      this.publisher = audio || video ? this.new_publisher(audio, video) : null;
      const publisher = this.publisher;
      if (!publisher) return older?.destroy();
      this.session.publish(publisher, (error) => {
        older?.destroy();
        if (error && publisher === this.publisher) this.fail(error.name);
      });
    },
    new_publisher(audio, video) {
      // a publisher stops its tracks when it goes, and ours are shown and used again: it gets copies
      const [audioSource, videoSource] = [audio, video].map((track) => track?.clone() ?? null);
      const look = { insertDefaultUI: false, showControls: false, videoContentHint: video?.contentHint ?? '' };
      const sources = { audioSource, videoSource, disableAudioInputDeviceManagement: true, ...this.audible() };
      const publisher = window.OT.initPublisher(null, { ...look, ...sources }, (error) => {
        if (error && publisher === this.publisher) this.fail(error.name);
      });
      return publisher;
    },
    // Copies do not fall silent with their originals.
    hush() {
      const { publishAudio, publishVideo } = this.audible();
      this.publisher?.publishAudio(publishAudio);
      this.publisher?.publishVideo(publishVideo);
    },
    audible() {
      const { audio, video } = this.sent ?? {};
      return { publishAudio: Boolean(audio?.enabled), publishVideo: Boolean(video?.enabled) && !this.is_sparing };
    },
  },
};
