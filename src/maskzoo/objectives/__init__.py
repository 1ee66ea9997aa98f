"""Objectives, one module each: what is predicted, with which head. An objective is found by the name of its module."""
