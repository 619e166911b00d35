// Runs a test in JavaScript as one virtual user, for
//
//   loads-runner --test-runner 'node runner.js {test}' site.front_page -u 10 -c 20 --server-url http://localhost:9200
//
// site.front_page is the function front_page of site.js. It is called as often as LOADS_TOTAL_HITS says, or for LOADS_DURATION seconds.
'use strict';

const path = require('node:path');
const {Pusher} = require('./pusher.js');

const variable = process.env;
const user = Number(variable.LOADS_CURRENT_USER), users = Number(variable.LOADS_TOTAL_USERS);
const hits = variable.LOADS_TOTAL_HITS === undefined ? Infinity : Number(variable.LOADS_TOTAL_HITS);
const end = variable.LOADS_DURATION === undefined ? Infinity : performance.now() + 1000 * Number(variable.LOADS_DURATION);

class Reporter {
  constructor(pusher) {
    this.pusher = pusher;
    this.hit = 0;
  }

  say(type, more = {}) {
    const status = [hits === Infinity ? null : hits, users, this.hit, user];
    this.pusher.send(JSON.stringify(
        {data_type: type, agent_id: variable.LOADS_AGENT_ID, run_id: variable.LOADS_RUN_ID, loads_status: status, ...more}));
  }

  // fetch() of a URL that may be relative to --server-url; what it takes is reported.
  async fetch(url, options = {}) {
    const whole = new URL(url, variable.LOADS_OPT_SERVER_URL), started = new Date(), began = performance.now();
    const method = options.method ?? 'GET';
    let status = 0;
    try {
      const response = await fetch(whole, options);
      await response.clone().arrayBuffer();
      status = response.status;
      return response;
    } finally {
      this.say('add_hit', {url: whole.href, method, status, started: started.toISOString(), elapsed: (performance.now() - began) / 1000});
    }
  }

  async run(name, test) {
    ++this.hit;
    this.say('startTest', {test: name});
    try {
      await test((url, options) => this.fetch(url, options));
      this.say('addSuccess', {test: name});
    } catch (error) {
      const type = error.code === 'ERR_ASSERTION' ? 'addFailure' : 'addError';
      this.say(type, {test: name, exc_info: [error.message, error.name, error.stack]});
    }
    this.say('stopTest', {test: name});
  }
}

async function main(name) {
  const [module, test] = name.split('.');
  const tests = require(path.resolve(`${module}.js`));
  const reporter = new Reporter(await Pusher.connect(variable.LOADS_ZMQ_RECEIVER));
  let asked = false;
  process.on('SIGTERM', () => asked = true);  // the run is over: this test may still end
  while (!asked && reporter.hit < hits && performance.now() < end) await reporter.run(name, tests[test]);
  await reporter.pusher.close();
}

main(process.argv[2]).then(() => process.exit(0), (error) => {
  console.error(error);
  process.exit(1);
});
