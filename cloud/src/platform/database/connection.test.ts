import { describe, expect, it } from '@jest/globals';
import { Secret } from '@angrid/runtime';
import { clientConfig, urlAddress } from './connection.js';
import { scramVerifier } from './service-role.js';

describe('DATABASE_URL', () => {
  it('gives place and owner; the service gets a password that follows from the owner’s', () => {
    const url = new Secret('postgres://keeper:geheim@db.example:5433/angrid');
    const address = urlAddress(url);

    expect(address.place).toMatchObject({ host: 'db.example', port: 5433, database: 'angrid' });
    expect(address.owner.user).toBe('keeper');
    expect(address.service.user).toBe('angrid_service');
    expect(address.service.password?.reveal()).toBe(urlAddress(url).service.password?.reveal());
    expect(address.service.password?.reveal()).not.toContain('geheim');
  });

  it('may name a socket folder', () => {
    const address = urlAddress(new Secret('postgres://keeper:geheim@/angrid?host=%2Frun%2Fpg'));
    expect(address.place).toMatchObject({ host: '/run/pg', database: 'angrid' });
  });

  it('needs a password for the service where the owner has none', () => {
    const url = new Secret('postgres://keeper@db.example/angrid');
    expect(() => urlAddress(url)).toThrow('give the role angrid_service one of its own');
    expect(urlAddress(url, new Secret('eigen')).service.password?.reveal()).toBe('eigen');
  });

  it.each(['', 'postgres://db.example', 'postgres://u:geheim@h:port/x'])('is refused as %p', (text) => {
    expect(() => urlAddress(new Secret(text))).toThrow('config.invalid-value (database.address DATABASE_URL)');
    expect(() => urlAddress(new Secret(text))).not.toThrow('geheim');
  });

  it('never shows its password in a dump of the configuration', () => {
    const config = clientConfig(urlAddress(new Secret('postgres://keeper:geheim@h/angrid')), 'owner');
    expect(JSON.stringify(config)).not.toContain('geheim');
  });
});

describe('the SCRAM verifier', () => {
  it('is the one of RFC 7677', () => {
    const salt = Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64');
    expect(scramVerifier(new Secret('pencil'), salt)).toBe(
      'SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=',
    );
  });
});
