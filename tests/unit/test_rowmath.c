/* The row mathematics that libm does not define: integers that wrap and never trap, divisions
** rounded down, dispatch by type. */
#include "tests/test.h"

#include "core/rowmath.h"

static const int64_t numbers[] = {
    0,        1,      -1, 2, -2, 3, -3, 5, 7, -7, 10, 63, 64, INT64_MAX, INT64_MIN, INT64_MIN + 1,
    -1000003, 1 << 20
};
enum { NUMBERS = sizeof numbers / sizeof *numbers };

TEST("integer division never traps, and quotient and remainder fit together")
{
    for (int i = 0; i < NUMBERS; i++) {
        for (int j = 0; j < NUMBERS; j++) {
            int64_t a = numbers[i], b = numbers[j], q = floor_div(a, b), r = floor_mod(a, b);
            int64_t f = fmod(a, b);
            if (b == 0) {
                CHECK(q == 0 && r == 0 && f == 0);
                continue;
            }
            CHECK((uint64_t)q * (uint64_t)b + (uint64_t)r == (uint64_t)a);
            CHECK(r == 0 || (r < 0) == (b < 0));
            CHECK(b < 0 ? r > b && r <= 0 : r < b && r >= 0);
            CHECK(b == -1 ? f == 0 : f == a % b);
        }
    }
    CHECK_EQ_INT(floor_div(INT64_MIN, (int64_t)-1), INT64_MIN);
}

TEST("integer powers wrap, and those to negative exponents are 0 but for 1 and -1")
{
    for (int i = 0; i < NUMBERS; i++) {
        uint64_t product = 1;
        for (int64_t n = 0; n < 80; n++) {
            CHECK(pow(numbers[i], n) == (int64_t)product);
            product *= (uint64_t)numbers[i];
        }
        int64_t a = numbers[i];
        CHECK_EQ_INT(pow(a, (int64_t)-1), a == 1 || a == -1 ? a : 0);
        CHECK_EQ_INT(pow(a, (int64_t)-2), a == 1 || a == -1 ? 1 : 0);
        CHECK_EQ_INT(pow(a, INT64_MIN), a == 1 || a == -1 ? 1 : 0);
    }
    CHECK_EQ_INT((uint64_t)pow((int64_t)3, INT64_MAX) * 3, 1); /* 3 to the 2^63 is 1 */
}

TEST("shifts by any count are defined")
{
    CHECK_EQ_INT(shift_left((int64_t)3, (int64_t)4), 48);
    CHECK_EQ_INT(shift_left((int64_t)-1, (int64_t)63), INT64_MIN);
    CHECK_EQ_INT(shift_right((int64_t)-8, (int64_t)2), -2);
    static const int64_t beyond[] = { 64, 65, 1000, -1, INT64_MAX, INT64_MIN };
    for (int i = 0; i < 6; i++) {
        CHECK_EQ_INT(shift_left((int64_t)5, beyond[i]), 0);
        CHECK_EQ_INT(shift_right((int64_t)5, beyond[i]), 0);
        CHECK_EQ_INT(shift_right((int64_t)-5, beyond[i]), -1);
    }
}

TEST("integers keep their value where rounding does, and their size in abs")
{
    for (int i = 0; i < NUMBERS; i++) {
        int64_t a = numbers[i];
        CHECK(floor(a) == a && ceil(a) == a && round(a) == a && trunc(a) == a);
        CHECK(abs(a) == (a == INT64_MIN ? a : a < 0 ? -a : a));
        CHECK(sign(a) == (a > 0) - (a < 0));
        CHECK(is_finite(a) && !is_inf(a));
    }
}

#define SAME(a, b) (ml_bits_f64(a) == ml_bits_f64(b))

TEST("float division rounds down exactly, with the divisor's sign")
{
    CHECK(SAME(floor_div(7.0, 2.0), 3.0) && SAME(floor_div(-7.0, 2.0), -4.0));
    CHECK(SAME(floor_mod(7.0, -2.0), -1.0) && SAME(floor_mod(-7.0, 2.0), 1.0));
    CHECK(SAME(floor_div(1.0, 0.1), 9.0)); /* 0.1 is a little more than a tenth */
    CHECK(floor_mod(1.0, 0.1) < 0.1 && floor_mod(1.0, 0.1) > 0.0999);
    CHECK(SAME(floor_mod(-0.0, 3.0), 0.0) && SAME(floor_mod(6.0, -3.0), -0.0));
    CHECK(SAME(floor_div(0.0, -3.0), -0.0) && SAME(floor_div(-1.0, 3e300), -1.0));
    CHECK(SAME(floor_div(1.0, 0.0), ML_INFD) && SAME(floor_div(-1.0, 0.0), -ML_INFD));
    CHECK(floor_div(0.0, 0.0) != floor_div(0.0, 0.0) && floor_mod(1.0, 0.0) != floor_mod(1.0, 0.0));
    CHECK(SAME(floor_mod(5.0, ML_INFD), 5.0) && SAME(floor_mod(-5.0, ML_INFD), ML_INFD));
    CHECK(SAME(floor_div(5.0, ML_INFD), 0.0) && SAME(floor_div(-5.0, ML_INFD), -1.0));
    CHECK(floor_div(7.5f, 2.0f) == 3.0f && floor_mod(-7.5f, 2.0f) == 0.5f);
}

TEST("formulas compute in the type of their operands")
{
    float x = 0.5f;
    CHECK(sizeof exp(x) == sizeof(float) && sizeof exp(0.5) == sizeof(double));
    CHECK(sizeof pow(x, 2) == sizeof(float) && sizeof pow(0.5, 2) == sizeof(double));
    CHECK(sizeof floor(x) == sizeof(float) && sizeof floor((int64_t)1) == sizeof(int64_t));
    CHECK(exp(x) == ml_exp_f32(x) && exp(0.5) == ml_exp_f64(0.5));
    CHECK(sign(-x) == -1.0f && sign(ML_NAND) != sign(ML_NAND) && sign(0.0) == 0);
    CHECK(is_inf(-ML_INF) && !is_inf(ML_NAN) && !is_finite(ML_NAND) && is_finite(x));
}

TEST("softplus is exact on both sides")
{
    CHECK(SAME(softplus(1e3), 1e3) && SAME(softplus(-1e3), 0.0));
    CHECK_NEAR(softplus(0.0), 0.6931471805599453, 1e-16);
    CHECK_NEAR(softplus(-30.0) / 9.357622968839737e-14, 1, 1e-15);
    CHECK(softplus(ML_INF) == ML_INF && softplus(-ML_INF) == 0);
}

int main(int argc, char **argv)
{
    return test_main(argc, argv);
}
