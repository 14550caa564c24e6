/* math_signs.h -- TeX's names of signs, and what stands for them.  Included by math_text.c only.
**
** Kinds: 'o' an ordinary sign; 'r' a relation or operator between two others, with blanks around it; 'f' a function's name,
** with a blank after it; 's' what is only there for the shape of the formula, and is left out. */
#ifndef REPL_MATH_SIGNS_H
#define REPL_MATH_SIGNS_H

typedef struct math_sign {
    const char *name;
    char kind;
    const char *text;
} math_sign;

/* clang-format off */
static const math_sign math_signs[] = {
    { "alpha", 'o', "α" }, { "beta", 'o', "β" }, { "gamma", 'o', "γ" }, { "delta", 'o', "δ" },
    { "epsilon", 'o', "ε" }, { "varepsilon", 'o', "ε" }, { "zeta", 'o', "ζ" }, { "eta", 'o', "η" },
    { "theta", 'o', "θ" }, { "vartheta", 'o', "ϑ" }, { "iota", 'o', "ι" }, { "kappa", 'o', "κ" },
    { "lambda", 'o', "λ" }, { "mu", 'o', "μ" }, { "nu", 'o', "ν" }, { "xi", 'o', "ξ" }, { "pi", 'o', "π" },
    { "rho", 'o', "ρ" }, { "sigma", 'o', "σ" }, { "varsigma", 'o', "ς" }, { "tau", 'o', "τ" },
    { "upsilon", 'o', "υ" }, { "phi", 'o', "φ" }, { "varphi", 'o', "φ" }, { "chi", 'o', "χ" },
    { "psi", 'o', "ψ" }, { "omega", 'o', "ω" }, { "Gamma", 'o', "Γ" }, { "Delta", 'o', "Δ" },
    { "Theta", 'o', "Θ" }, { "Lambda", 'o', "Λ" }, { "Xi", 'o', "Ξ" }, { "Pi", 'o', "Π" },
    { "Sigma", 'o', "Σ" }, { "Upsilon", 'o', "Υ" }, { "Phi", 'o', "Φ" }, { "Psi", 'o', "Ψ" },
    { "Omega", 'o', "Ω" }, { "sum", 'o', "∑" }, { "prod", 'o', "∏" }, { "int", 'o', "∫" },
    { "iint", 'o', "∬" }, { "oint", 'o', "∮" }, { "bigcup", 'o', "⋃" }, { "bigcap", 'o', "⋂" },
    { "partial", 'o', "∂" }, { "nabla", 'o', "∇" }, { "infty", 'o', "∞" }, { "ell", 'o', "ℓ" },
    { "hbar", 'o', "ℏ" }, { "Re", 'o', "ℜ" }, { "Im", 'o', "ℑ" }, { "aleph", 'o', "ℵ" },
    { "emptyset", 'o', "∅" }, { "varnothing", 'o', "∅" }, { "forall", 'o', "∀" }, { "exists", 'o', "∃" },
    { "neg", 'o', "¬" }, { "lnot", 'o', "¬" }, { "top", 'o', "⊤" }, { "bot", 'o', "⊥" },
    { "angle", 'o', "∠" }, { "degree", 'o', "°" }, { "prime", 'o', "′" }, { "dagger", 'o', "†" },
    { "ldots", 'o', "…" }, { "dots", 'o', "…" }, { "cdots", 'o', "⋯" }, { "vdots", 'o', "⋮" },
    { "ddots", 'o', "⋱" }, { "langle", 'o', "⟨" }, { "rangle", 'o', "⟩" }, { "lfloor", 'o', "⌊" },
    { "rfloor", 'o', "⌋" }, { "lceil", 'o', "⌈" }, { "rceil", 'o', "⌉" }, { "lvert", 'o', "|" },
    { "rvert", 'o', "|" }, { "lVert", 'o', "‖" }, { "rVert", 'o', "‖" }, { "Vert", 'o', "‖" },
    { "vert", 'o', "|" }, { "lbrace", 'o', "{" }, { "rbrace", 'o', "}" }, { "backslash", 'o', "\\" },
    { "star", 'o', "⋆" }, { "square", 'o', "□" }, { "checkmark", 'o', "✓" }, { "in", 'r', "∈" },
    { "notin", 'r', "∉" }, { "ni", 'r', "∋" }, { "subset", 'r', "⊂" }, { "subseteq", 'r', "⊆" },
    { "supset", 'r', "⊃" }, { "supseteq", 'r', "⊇" }, { "cup", 'r', "∪" }, { "cap", 'r', "∩" },
    { "setminus", 'r', "∖" }, { "le", 'r', "≤" }, { "leq", 'r', "≤" }, { "ge", 'r', "≥" },
    { "geq", 'r', "≥" }, { "ll", 'r', "≪" }, { "gg", 'r', "≫" }, { "ne", 'r', "≠" }, { "neq", 'r', "≠" },
    { "equiv", 'r', "≡" }, { "approx", 'r', "≈" }, { "sim", 'r', "∼" }, { "simeq", 'r', "≃" },
    { "cong", 'r', "≅" }, { "propto", 'r', "∝" }, { "perp", 'r', "⊥" }, { "parallel", 'r', "∥" },
    { "mid", 'r', "|" }, { "triangleq", 'r', "≜" }, { "coloneqq", 'r', "≔" }, { "to", 'r', "→" },
    { "rightarrow", 'r', "→" }, { "leftarrow", 'r', "←" }, { "gets", 'r', "←" },
    { "leftrightarrow", 'r', "↔" }, { "Rightarrow", 'r', "⇒" }, { "Leftarrow", 'r', "⇐" },
    { "implies", 'r', "⟹" }, { "Leftrightarrow", 'r', "⇔" }, { "iff", 'r', "⟺" }, { "mapsto", 'r', "↦" },
    { "uparrow", 'o', "↑" }, { "downarrow", 'o', "↓" }, { "times", 'r', "×" }, { "div", 'r', "÷" },
    { "cdot", 'r', "·" }, { "pm", 'r', "±" }, { "mp", 'r', "∓" }, { "ast", 'r', "∗" }, { "circ", 'r', "∘" },
    { "bullet", 'r', "•" }, { "odot", 'r', "⊙" }, { "oplus", 'r', "⊕" }, { "otimes", 'r', "⊗" },
    { "wedge", 'r', "∧" }, { "land", 'r', "∧" }, { "vee", 'r', "∨" }, { "lor", 'r', "∨" },
    { "log", 'f', "log" }, { "ln", 'f', "ln" }, { "exp", 'f', "exp" }, { "sin", 'f', "sin" },
    { "cos", 'f', "cos" }, { "tan", 'f', "tan" }, { "sinh", 'f', "sinh" }, { "cosh", 'f', "cosh" },
    { "tanh", 'f', "tanh" }, { "arcsin", 'f', "arcsin" }, { "arccos", 'f', "arccos" },
    { "arctan", 'f', "arctan" }, { "max", 'f', "max" }, { "min", 'f', "min" }, { "sup", 'f', "sup" },
    { "inf", 'f', "inf" }, { "lim", 'f', "lim" }, { "det", 'f', "det" }, { "dim", 'f', "dim" },
    { "ker", 'f', "ker" }, { "arg", 'f', "arg" }, { "argmax", 'f', "argmax" }, { "argmin", 'f', "argmin" },
    { "Pr", 'f', "Pr" }, { "gcd", 'f', "gcd" }, { "mod", 'r', "mod" }, { "bmod", 'r', "mod" },
    { "left", 's', "" }, { "right", 's', "" }, { "big", 's', "" }, { "Big", 's', "" }, { "bigg", 's', "" },
    { "Bigg", 's', "" }, { "bigl", 's', "" }, { "bigr", 's', "" }, { "Bigl", 's', "" }, { "Bigr", 's', "" },
    { "biggl", 's', "" }, { "biggr", 's', "" }, { "middle", 's', "" }, { "limits", 's', "" },
    { "nolimits", 's', "" }, { "displaystyle", 's', "" }, { "textstyle", 's', "" }, { "nonumber", 's', "" },
    { "quad", 'o', "  " }, { "qquad", 'o', "    " },
};
/* clang-format on */

#endif
