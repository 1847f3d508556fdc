export { backupDatabase, type BackupOptions } from './backup/backup.js';
export type { Manifest as BackupManifest } from './backup/manifest.js';
export { checkBackup, restoreDatabase, type RestoreOptions } from './backup/restore.js';
export { type DatabaseAddress, SERVICE_ROLE } from './connection.js';
export { connectDatabase, type Database, type DatabaseOptions, type DatabaseSource, openDatabase } from './database.js';
export { errorCode } from './error-code.js';
export { type MigrationFile, migrationsFolder, readMigrations } from './migrator.js';
export { type NotificationHandler, Notifications, type NotificationsOptions } from './notifications.js';
export { type Scope, type ScopeOptions, systemScope, unguardedTables, withScope } from './scope.js';
