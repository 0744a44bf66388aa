from somewhere import *
