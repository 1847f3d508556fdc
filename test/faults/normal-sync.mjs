// A store that does not wait for the disk at each commit: what the scenarios must catch. Loaded with --import, which
// the thread of the outbox inherits.
import Database from 'libsql';

const { pragma } = Database.prototype;
Database.prototype.pragma = function (source, options) {
  return pragma.call(this, source === 'synchronous = FULL' ? 'synchronous = NORMAL' : source, options);
};
