import { describe, expect, it } from '@jest/globals';
import { ApiProblem } from '../api/problem.js';
import { useAskedCode } from './asked-code.js';

const said = (code: string): ApiProblem => new ApiProblem(code, 401);

describe('the code of a form', () => {
  it('is sent once the cloud has asked for it, and typed again where it was wrong', () => {
    const form = useAskedCode();
    form.code.value = '123456';
    expect(form.given()).toEqual({});
    expect(form.heard(said('auth.second-factor-needed'))).toBe('needed');
    form.code.value = ' 654 321 ';
    expect(form.given()).toEqual({ code: '654 321' });
    expect(form.heard(said('auth.wrong-second-factor'))).toBe('wrong');
    expect([form.asked.value, form.code.value]).toEqual([true, '']);
  });

  it('is asked for no more where the password was wrong', () => {
    const form = useAskedCode();
    form.heard(said('auth.second-factor-needed'));
    expect(form.heard(said('auth.wrong-credentials'))).toBe('other');
    expect(form.given()).toEqual({});
  });
});
