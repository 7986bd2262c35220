"""A LocalStack plugin that runs Lambda functions as processes of this machine."""
