"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.Square = void 0;
exports.total = total;
class Square {
    constructor(side) {
        this.side = side;
        if (side < 0)
            throw new RangeError('negative');
    }
    area() {
        return Math.pow(this.side, 2);
    }
}
exports.Square = Square;
function total(shapes) {
    return shapes.map((each) => each.area()).reduce((a, b) => a + b, 0);
}
//# sourceMappingURL=shapes.js.map