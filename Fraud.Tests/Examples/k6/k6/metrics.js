export class Rate {
  static all = {};

  constructor(name) {
    this.values = [];
    Rate.all[name] = this.values;
  }

  add(value) {
    this.values.push(Boolean(value));
  }
}
