// A trial of what a call needs from this browser and its network; Python puts what was found into words.

const PATIENCE_MS = 8000;

// A connection of this page with itself. Gives whether it came about, and the kinds of ways ('host', 'srflx', 'relay') that were found.
async function meet_oneself(options) {
  const [one, other] = [new RTCPeerConnection(options), new RTCPeerConnection(options)];
  const found = new Set();
  const channel = one.createDataChannel('trial');
  const opened = new Promise((resolve) => (channel.onopen = () => resolve(true)));
  const looked = new Promise((resolve) => (one.onicegatheringstatechange = () => one.iceGatheringState === 'complete' && resolve()));
  one.onicecandidate = ({ candidate }) => {
    if (candidate?.type) found.add(candidate.type);
    other.addIceCandidate(candidate).catch(() => null); // one that the other end cannot use
  };
  other.onicecandidate = ({ candidate }) => one.addIceCandidate(candidate).catch(() => null);
  try {
    await introduce(one, other);
    const [is_open] = await Promise.all([in_time(opened), in_time(looked)]);
    return { is_open: is_open === true, found: [...found] };
  } finally {
    one.close();
    other.close();
  }
}

async function introduce(one, other) {
  await one.setLocalDescription();
  await other.setRemoteDescription(one.localDescription);
  await other.setLocalDescription();
  await one.setRemoteDescription(other.localDescription);
}

function in_time(promise) {
  return Promise.race([promise, new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))]);
}

function loads(address) {
  const script = Object.assign(document.createElement('script'), { src: address });
  const loaded = new Promise((resolve) => Object.assign(script, { onload: () => resolve(true), onerror: () => resolve(false) }));
  document.head.append(script);
  return in_time(loaded).finally(() => script.remove());
}

export default {
  template: '<div hidden></div>',
  methods: {
    async test({ script, ice_servers: iceServers, has_relay }) {
      if (script) return { is_loaded: (await loads(script)) === true };
      const ways = await meet_oneself({ iceServers }).catch(() => ({ is_open: false, found: [] }));
      const relay = has_relay && (await meet_oneself({ iceServers, iceTransportPolicy: 'relay' }).catch(() => null));
      return { ...ways, is_relayed: Boolean(relay?.is_open) };
    },
  },
};
