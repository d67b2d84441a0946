/** Bytes of a WebAssembly module. @module */

/** Bytes that grow. */
export class Bytes {
  #bytes = new Uint8Array(1024);
  /** How many there are. */
  length = 0;

  /** Appends bytes. */
  push(...values: readonly number[]): void {
    for (const value of values) {
      if (this.length === this.#bytes.length) this.#grow();
      this.#bytes[this.length++] = value;
    }
  }

  /** Appends a number in LEB128. */
  unsigned(value: number): void {
    let rest = value >>> 0;
    for (; rest > 127; rest >>>= 7) this.push(rest & 127 | 128);
    this.push(rest);
  }

  /** Appends a signed number of 32 bits in LEB128. */
  signed(value: number): void {
    let rest = value | 0;
    for (;;) {
      const low = rest & 127;
      rest >>= 7;
      if ((rest === 0 && !(low & 64)) || (rest === -1 && (low & 64))) return this.push(low);
      this.push(low | 128);
    }
  }

  /** Appends 32 bits, the lowest byte first. */
  word(value: number): void {
    this.push(value & 255, value >> 8 & 255, value >> 16 & 255, value >> 24 & 255);
  }

  /** Appends a binary32. */
  float(value: number): void {
    this.word(new Int32Array(Float32Array.of(value).buffer)[0]!);
  }

  /** Appends a name: its length and its UTF-8. */
  name(text: string): void {
    const bytes = new TextEncoder().encode(text);
    this.unsigned(bytes.length);
    this.push(...bytes);
  }

  /** Appends other bytes. */
  append(other: Bytes): void {
    while (this.#bytes.length < this.length + other.length) this.#grow();
    this.#bytes.set(other.taken(), this.length);
    this.length += other.length;
  }

  /** A copy of the bytes. */
  taken(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.length);
  }

  #grow(): void {
    const grown = new Uint8Array(2 * this.#bytes.length);
    grown.set(this.#bytes);
    this.#bytes = grown;
  }
}
