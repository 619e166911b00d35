// Tests for runner.js: each gets a fetch() whose requests are reported.
'use strict';

const assert = require('node:assert');

module.exports = {
  async front_page(fetch) {
    const answer = await fetch('/');
    assert.strictEqual(answer.status, 200);
  },

  async missing_page(fetch) {
    const answer = await fetch('/status/404');
    assert.strictEqual(answer.status, 200);
  },
};
