// A disk that fails: once the file named by FAIL_WHEN is there, no commit of the store succeeds. Loaded with --import,
// which the thread of the outbox inherits.
import { existsSync } from 'node:fs';
import Database from 'libsql';

const { prepare } = Database.prototype;
Database.prototype.prepare = function (sql) {
  const statement = prepare.call(this, sql);
  if (sql !== 'COMMIT') return statement;
  const run = statement.run.bind(statement);
  statement.run = (...values) => {
    if (!existsSync(process.env.FAIL_WHEN)) return run(...values);
    throw Object.assign(new Error('disk I/O error'), { code: 'SQLITE_IOERR_FSYNC' });
  };
  return statement;
};
