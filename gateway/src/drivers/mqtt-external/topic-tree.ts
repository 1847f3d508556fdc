interface Node<T> {
  readonly below: Map<string, Node<T>>;
  /** Of patterns that end here. */
  readonly here: Set<T>;
  /** Of patterns that end here with `#`. */
  readonly onward: Set<T>;
}

/** Values under topic patterns with `+` and `#`; to find them takes as long as the topic has levels. */
export class TopicTree<T> {
  private readonly root: Node<T> = emptyNode();

  add(pattern: string, value: T): void {
    let node = this.root;
    for (const level of pattern.split('/')) {
      if (level === '#') return void node.onward.add(value);
      let next = node.below.get(level);
      if (!next) {
        next = emptyNode();
        node.below.set(level, next);
      }
      node = next;
    }
    node.here.add(value);
  }

  /** The values of every pattern that the topic matches, each once. The topic has no wildcards. */
  find(topic: string): Set<T> {
    const found = new Set<T>();
    collect(this.root, topic.split('/'), 0, found);
    return found;
  }
}

function collect<T>(node: Node<T>, levels: readonly string[], at: number, found: Set<T>): void {
  for (const value of node.onward) found.add(value);
  const level = levels[at];
  if (level === undefined) {
    for (const value of node.here) found.add(value);
    return;
  }
  for (const step of ['+', level]) {
    const next = node.below.get(step);
    if (next) collect(next, levels, at + 1, found);
  }
}

function emptyNode<T>(): Node<T> {
  return { below: new Map(), here: new Set(), onward: new Set() };
}
