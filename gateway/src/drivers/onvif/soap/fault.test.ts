import { AnGridError } from '@angrid/contract';
import { describe, expect, it, test } from '@jest/globals';
import { faultOf, readFault, refusesCredentials, refusesOperation, SoapFault } from './fault.js';
import { readXml } from './xml.js';

const read = (xml: string): SoapFault => readFault(readXml(xml));

describe('a fault', () => {
  it('keeps code, nested subcodes and reason, without prefixes', () => {
    const fault = read(
      '<s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>ter:InvalidArgVal</s:Value>' +
        '<s:Subcode><s:Value>ter:NoProfile</s:Value></s:Subcode></s:Subcode></s:Code>' +
        '<s:Reason><s:Text xml:lang="en"> No such\nprofile </s:Text></s:Reason></s:Fault>',
    );
    expect(fault).toMatchObject({
      faultCode: 'Sender',
      subcodes: ['InvalidArgVal', 'NoProfile'],
      reason: 'No such profile',
    });
    expect(fault.message).toBe('Sender/InvalidArgVal/NoProfile: No such profile');
  });

  it('may lack its reason, its code, or both', () => {
    expect(read('<Fault><Code><Value>s:Receiver</Value></Code></Fault>').message).toBe('Receiver');
    expect(read('<Fault><Reason><Text>only this</Text></Reason></Fault>').message).toBe('only this');
    expect(read('<Fault/>').message).toBe('');
  });

  it('may be one of SOAP 1.1', () => {
    const fault = read('<Fault><faultcode>SOAP-ENV:Client</faultcode><faultstring>HTTP GET</faultstring></Fault>');
    expect(fault).toMatchObject({ faultCode: 'Client', reason: 'HTTP GET' });
  });

  it('cannot write lines or control codes into a log', () => {
    expect(read('<Fault><Reason><Text>a&#10;b&#x202e;c&#9;d</Text></Reason></Fault>').reason).toBe('a b c d');
  });

  test.each([
    [new SoapFault('Sender', ['NotAuthorized'], ''), true],
    [new SoapFault('Sender', ['InvalidArgVal', 'NotAuthorized'], ''), true],
    [new SoapFault('FailedAuthentication', [], ''), true],
    [new SoapFault('Sender', [], 'Sender not Authorized'), true],
    [new SoapFault('Sender', ['InvalidArgVal'], 'not authorized to hold more'), false],
    [new SoapFault('Receiver', ['Action'], 'Action failed'), false],
  ])('%s refuses the password: %s', (fault, refuses) => {
    expect(refusesCredentials(fault)).toBe(refuses);
  });

  it('is found again behind the typed error', () => {
    const cause = new SoapFault('Sender', ['ActionNotSupported'], '');
    const error = new AnGridError('onvif.fault', { op: 'onvif.renew', cause });
    expect(faultOf(error)).toBe(cause);
    expect(refusesOperation(error)).toBe(true);
    expect(refusesOperation(new Error('other'))).toBe(false);
  });
});
