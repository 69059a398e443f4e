// Sound made and measured in the page: how loud a microphone is, and something to try a speaker with.

const TUNE = [523, 659, 784]; // Hz, one after the other
const NOTE_SECONDS = 0.35;

// How loud this track is from now on, told ten times a second as a number from 0 to 1. Gives the function that ends it.
export function measure(track, tell) {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  const samples = new Float32Array(analyser.fftSize);
  context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
  const wake = () => context.resume(); // a browser may let it begin only after a click
  addEventListener('click', wake);
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    tell(loudness(samples));
  }, 100);
  return () => {
    clearInterval(timer);
    removeEventListener('click', wake);
    context.close();
  };
}

// Speech is between -50 and -10 decibels.
function loudness(samples) {
  const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
  return Math.min(1, Math.max(0, (10 * Math.log10(power || 1e-9) + 50) / 40));
}

// Play a short tune on this speaker (none: the system's own), and wait for its end.
export async function play_tune(speaker) {
  const context = new AudioContext();
  const output = context.createMediaStreamDestination(); // an element can be led to a speaker in more browsers than a context can
  const sound = Object.assign(new Audio(), { srcObject: output.stream });
  if (speaker) await sound.setSinkId?.(speaker).catch(() => null); // that one is gone
  await sound.play();
  TUNE.forEach((pitch, i) => play_note(context, output, pitch, context.currentTime + i * NOTE_SECONDS));
  await new Promise((resolve) => setTimeout(resolve, (TUNE.length + 1) * NOTE_SECONDS * 1000));
  await context.close();
}

function play_note(context, output, pitch, at) {
  const note = new OscillatorNode(context, { frequency: pitch });
  const volume = new GainNode(context, { gain: 0 });
  volume.gain.setValueAtTime(0, at);
  volume.gain.linearRampToValueAtTime(0.4, at + 0.03);
  volume.gain.exponentialRampToValueAtTime(0.001, at + NOTE_SECONDS * 1.5);
  note.connect(volume).connect(output);
  note.start(at);
  note.stop(at + NOTE_SECONDS * 1.5);
}
