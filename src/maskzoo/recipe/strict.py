"""Where `maskzoo.strict` stood before."""

from maskzoo.strict import OFF as OFF
from maskzoo.strict import Grown as Grown
from maskzoo.strict import Name as Name
from maskzoo.strict import Strict as Strict
