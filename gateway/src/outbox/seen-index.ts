import { randomInt } from 'node:crypto';

/** Words of 32 bits that are kept of an id: half of a SHA-256, so that two ids meet once in 2^64. */
export const SEEN_WORDS = 4;

/**
 * The ids that were stored lately, oldest first, for one question: have we had this one? A ring of ids and an open
 * hash table of places in it, 24 bytes an id, no garbage. It grows by doubling and forgets only what it is told to.
 *
 * Slots hold place + 1, 0 is free. The hash is keyed, so that nobody can choose ids that fall on one another.
 */
export class SeenIndex {
  private ring = new Uint32Array(1024 * SEEN_WORDS);
  private slots = new Uint32Array(2048);
  private oldest = 0;
  private held = 0;
  private readonly key = [randomInt(2 ** 32), randomInt(2 ** 32)] as const;

  get size(): number {
    return this.held;
  }

  /** Whether the id that starts at `offset` of `words` is held. */
  has(words: Uint32Array, offset: number): boolean {
    for (let slot = this.home(words, offset); ; slot = this.after(slot)) {
      const place = this.slots[slot] as number;
      if (place === 0) return false;
      if (this.equals((place - 1) * SEEN_WORDS, words, offset)) return true;
    }
  }

  /** Adds an id that is not held yet. */
  add(words: Uint32Array, offset: number): void {
    if (this.held === this.ring.length / SEEN_WORDS) this.grow();
    const place = (this.oldest + this.held) & (this.ring.length / SEEN_WORDS - 1);
    for (let word = 0; word < SEEN_WORDS; word += 1) {
      this.ring[place * SEEN_WORDS + word] = words[offset + word] as number;
    }
    this.held += 1;
    this.link(place);
  }

  forgetOldest(count: number): void {
    for (let left = Math.min(count, this.held); left > 0; left -= 1) {
      this.unlink(this.oldest);
      this.oldest = (this.oldest + 1) & (this.ring.length / SEEN_WORDS - 1);
      this.held -= 1;
    }
  }

  private link(place: number): void {
    let slot = this.home(this.ring, place * SEEN_WORDS);
    while (this.slots[slot] !== 0) slot = this.after(slot);
    this.slots[slot] = place + 1;
  }

  /** Frees the slot of a place and moves up those behind it that would be cut off from their home. */
  private unlink(place: number): void {
    let free = this.home(this.ring, place * SEEN_WORDS);
    while (this.slots[free] !== place + 1) free = this.after(free);
    const mask = this.slots.length - 1;
    for (let slot = this.after(free); this.slots[slot] !== 0; slot = this.after(slot)) {
      const home = this.home(this.ring, ((this.slots[slot] as number) - 1) * SEEN_WORDS);
      if (((slot - home) & mask) < ((slot - free) & mask)) continue;
      this.slots[free] = this.slots[slot] as number;
      free = slot;
    }
    this.slots[free] = 0;
  }

  private grow(): void {
    const before = this.ring;
    const capacity = before.length / SEEN_WORDS;
    this.ring = new Uint32Array(before.length * 2);
    this.ring.set(before.subarray(this.oldest * SEEN_WORDS), 0);
    this.ring.set(before.subarray(0, this.oldest * SEEN_WORDS), (capacity - this.oldest) * SEEN_WORDS);
    this.oldest = 0;
    this.slots = new Uint32Array(capacity * 4);
    for (let place = 0; place < this.held; place += 1) this.link(place);
  }

  private home(words: Uint32Array, offset: number): number {
    const mixed =
      Math.imul((words[offset] as number) ^ this.key[0], 0x9e3779b1) ^ ((words[offset + 1] as number) ^ this.key[1]);
    return (Math.imul(mixed ^ (mixed >>> 15), 0x85ebca6b) >>> 7) & (this.slots.length - 1);
  }

  private after(slot: number): number {
    return (slot + 1) & (this.slots.length - 1);
  }

  private equals(at: number, words: Uint32Array, offset: number): boolean {
    for (let word = 0; word < SEEN_WORDS; word += 1) {
      if (this.ring[at + word] !== words[offset + word]) return false;
    }
    return true;
  }
}
