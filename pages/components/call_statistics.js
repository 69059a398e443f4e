// Turns the RTCStatsReports of one side's connection into a few numbers: how its line was since the last time.

const HIGHEST = 1_000_000;

const bounded = (number, digits = 0) => Number(Math.min(Math.max(Number(number) || 0, 0), HIGHEST).toFixed(digits));
const sum = (entries, name) => entries.reduce((total, entry) => total + (entry[name] ?? 0), 0);
const most = (entries, name) => Math.max(0, ...entries.map((entry) => entry[name] ?? 0));

export class LineMeter {
  before = null;

  read(report) {
    const of = (type) => [...report.values()].filter((entry) => entry.type === type);
    const [received, sent, heard_of_us] = [of('inbound-rtp'), of('outbound-rtp'), of('remote-inbound-rtp')];
    const pair = this.pair(report, of);
    const { lost, arrived, bytes_in, bytes_out, seconds } = this.since({
      lost: sum(received, 'packetsLost'),
      arrived: sum(received, 'packetsReceived'),
      bytes_in: sum(received, 'bytesReceived'),
      bytes_out: sum(sent, 'bytesSent'),
      seconds: performance.now() / 1000,
    });
    return {
      round_trip_ms: bounded((pair?.currentRoundTripTime ?? most(heard_of_us, 'roundTripTime')) * 1000),
      jitter_ms: bounded(most(received.filter(({ kind }) => kind === 'audio'), 'jitter') * 1000), // a picture's is high on any line
      loss: bounded(lost / (lost + arrived), 3),
      sent_loss: bounded(most(heard_of_us, 'fractionLost'), 3),
      frames_per_second: bounded(most(received, 'framesPerSecond')),
      kilobits_in: bounded((bytes_in * 8) / 1000 / seconds),
      kilobits_out: bounded((bytes_out * 8) / 1000 / seconds),
      is_relayed: [pair?.localCandidateId, pair?.remoteCandidateId].some((id) => report.get(id)?.candidateType === 'relay'),
    };
  }

  // The way that is used now. Only Firefox marks it itself.
  pair(report, of) {
    const [transport] = of('transport');
    return report.get(transport?.selectedCandidatePairId) ?? of('candidate-pair').find(({ selected }) => selected);
  }

  // How much these counters rose. Those of a new connection begin again.
  since(now) {
    const is_new = !this.before || now.arrived < this.before.arrived || now.bytes_out < this.before.bytes_out;
    const before = is_new ? { ...now, ...(this.before && { seconds: this.before.seconds }) } : this.before;
    this.before = now;
    return Object.fromEntries(Object.entries(now).map(([name, value]) => [name, Math.max(0, value - before[name])]));
  }
}
