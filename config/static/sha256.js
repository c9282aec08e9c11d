/* SHA-256 (FIPS 180-4) fed piece by piece, so that a file of any size needs little memory and the
   page needs no secure context. `new Sha256().update(bytes).hex()` */
"use strict";

(() => {
  const primes = [];
  for (let n = 2; primes.length < 64; n += 1) {
    if (primes.every((p) => n % p !== 0)) primes.push(n);
  }
  const fraction = (root) => ((root - Math.floor(root)) * 2 ** 32) | 0;
  const START = primes.slice(0, 8).map((p) => fraction(Math.sqrt(p)));
  const K = Int32Array.from(primes, (p) => fraction(Math.cbrt(p)));

  class Sha256 {
    constructor() {
      this.state = Int32Array.from(START);
      this.words = new Int32Array(64);
      this.rest = new Uint8Array(64);
      this.held = 0;
      this.length = 0;
    }

    /* Take the next bytes (a Uint8Array). */
    update(bytes) {
      this.length += bytes.length;
      let at = 0;
      if (this.held > 0) {
        at = Math.min(64 - this.held, bytes.length);
        this.rest.set(bytes.subarray(0, at), this.held);
        this.held += at;
        if (this.held < 64) return this;
        this.blocks(this.rest, 0, 64);
        this.held = 0;
      }
      const end = bytes.length - ((bytes.length - at) % 64);
      this.blocks(bytes, at, end);
      at = end;
      this.rest.set(bytes.subarray(at));
      this.held = bytes.length - at;
      return this;
    }

    /* End the message and return its digest in hexadecimal. */
    hex() {
      const bits = this.length * 8;
      const end = new Uint8Array(this.held < 56 ? 64 - this.held : 128 - this.held);
      end[0] = 0x80;
      const view = new DataView(end.buffer);
      view.setUint32(end.length - 8, Math.floor(bits / 2 ** 32));
      view.setUint32(end.length - 4, bits >>> 0);
      this.update(end);
      return Array.from(this.state, (w) => (w >>> 0).toString(16).padStart(8, "0")).join("");
    }

    /* Take the whole blocks of `bytes` from `at` to `end`; all in locals, which is what is fast. */
    blocks(bytes, at, end) {
      const w = this.words;
      const k = K;
      const state = this.state;
      for (; at < end; at += 64) {
        for (let i = 0, j = at; i < 16; i += 1, j += 4) {
          w[i] = (bytes[j] << 24) | (bytes[j + 1] << 16) | (bytes[j + 2] << 8) | bytes[j + 3];
        }
        for (let i = 16; i < 64; i += 1) {
          const x = w[i - 15];
          const y = w[i - 2];
          const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
          const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
          w[i] = (w[i - 16] + s0 + w[i - 7] + s1) | 0;
        }
        let a = state[0];
        let b = state[1];
        let c = state[2];
        let d = state[3];
        let e = state[4];
        let f = state[5];
        let g = state[6];
        let h = state[7];
        for (let i = 0; i < 64; i += 1) {
          const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
          const t1 = (h + s1 + (g ^ (e & (f ^ g))) + k[i] + w[i]) | 0;
          const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
          const t2 = (s0 + ((a & b) | (c & (a | b)))) | 0;
          h = g;
          g = f;
          f = e;
          e = (d + t1) | 0;
          d = c;
          c = b;
          b = a;
          a = (t1 + t2) | 0;
        }
        state[0] += a;
        state[1] += b;
        state[2] += c;
        state[3] += d;
        state[4] += e;
        state[5] += f;
        state[6] += g;
        state[7] += h;
      }
    }
  }

  window.Sha256 = Sha256;
})();
