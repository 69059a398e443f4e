// A trial of what a call needs from this browser and its network; Python puts what was found into words.

const PATIENCE_MS = 6000;

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
    const all_found = in_time(looked);
    const is_open = await in_time(Promise.race([opened, all_found.then(() => found.size > 0 && opened)]));
    await all_found;
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

// Whether this script loads and defines what it is there for: a gate in the network may answer with a page of its own.
function loads(address, name) {
  delete window[name]; // of an earlier trial
  const script = Object.assign(document.createElement('script'), { src: address });
  const loaded = new Promise((resolve) => Object.assign(script, { onload: () => resolve(name in window), onerror: () => resolve(false) }));
  document.head.append(script);
  return in_time(loaded).finally(() => script.remove());
}

// Whether anybody answers at this address; what, is not for other sites to read.
function answers(address) {
  return in_time(fetch(address, { mode: 'no-cors', cache: 'no-store' }).then(() => true, () => false));
}

export default {
  template: '<div hidden></div>',
  methods: {
    async test({ script, defines, api, ice_servers: iceServers, has_relay }) {
      const platform = script && Promise.all([loads(script, defines), answers(api)]);
      const tried = async (options) => meet_oneself(options).catch(() => ({ is_open: false, found: [] }));
      const relay = has_relay ? tried({ iceServers, iceTransportPolicy: 'relay' }) : null;
      const ways = await tried({ iceServers });
      const [is_loaded, is_answering] = ((await platform) || []).map((is_there) => is_there === true);
      return { ...ways, is_relayed: Boolean((await relay)?.is_open), is_loaded, is_answering };
    },
  },
};
